/** Checks that run in the page: text that does not fit, and controls that the Tab key passes by. */
import type { Page } from 'playwright-core';

/**
 * Text that is cut by its box or by one around it that cannot be scrolled. Text whose whole is in a title does not count, nor does
 * what is for screen readers only. Returns it with the element it is in.
 */
export function findCutText(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const cut: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      const parent = text.parentElement;
      if (!parent || !text.textContent?.trim() || parent.closest('[title], .visually-hidden')) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      if (box.width === 0 || !parent.checkVisibility()) continue;
      if (isCut(box, parent)) cut.push(`${parent.tagName.toLowerCase()}: ${text.textContent.trim()}`);
    }
    return cut;

    function isCut(box: DOMRect, parent: Element): boolean {
      for (let element: Element | null = parent; element; element = element.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(element);
        const frame = element.getBoundingClientRect();
        const scrolls = ['auto', 'scroll'];
        if (scrolls.includes(overflowX) || scrolls.includes(overflowY)) return false;
        if (overflowX !== 'visible' && (box.right > frame.right + 1 || box.left < frame.left - 1)) return true;
        if (overflowY !== 'visible' && (box.bottom > frame.bottom + 1 || box.top < frame.top - 1)) return true;
      }
      return box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
    }
  });
}

/** Goes through the page with Tab. Returns the controls that never had the focus, and those that did not show it. */
export async function findUnreachable(page: Page): Promise<readonly string[]> {
  const count = await page.evaluate(() => {
    const controls = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    const shown = [...document.querySelectorAll<HTMLElement>(controls)].filter(
      (element) => element.checkVisibility() && element.tabIndex >= 0 && !element.matches(':disabled'),
    );
    for (const element of shown) element.dataset['unreached'] = '';
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    return shown.length;
  });
  for (let press = 0; press < count + 5; press += 1) {
    await page.keyboard.press('Tab');
    await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement)) return;
      // A field may show it on the frame around it, a grid on its active cell.
      const active = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
      const isShown = [element, element.parentElement, active].some((shower) => {
        const style = shower && getComputedStyle(shower);
        return style && (style.outlineStyle !== 'none' || style.boxShadow !== 'none');
      });
      if (isShown) delete element.dataset['unreached'];
    });
  }
  return page.evaluate(() =>
    [...document.querySelectorAll('[data-unreached]')].map(
      (element) => `${element.tagName.toLowerCase()}: ${element.getAttribute('aria-label') ?? element.textContent}`,
    ),
  );
}
