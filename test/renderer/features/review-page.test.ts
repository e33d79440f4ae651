import { render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import App from '../../../src-renderer/App.svelte';
import type { AppState } from '../../../src-renderer/features/frame/app-state.svelte.ts';
import { reviewKeys } from '../../../src-renderer/features/review/review-keys.ts';
import { FakeApi } from '../fake-api.ts';
import { FakeProject } from '../fake-project.ts';

let api: FakeApi;

beforeEach(async () => {
  api = new FakeApi(new FakeProject({ samples: 300, classes: 12 }));
  render(App, {
    api,
    prepare: (app: AppState) => {
      app.page = 'review';
      void app.openProject('/projects/fake');
    },
  });
  await waitFor(() => expect(screen.getAllByRole('gridcell').length).toBeGreaterThan(10));
});

function press(key: string, held: KeyboardEventInit = {}, target: Element = document.body): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held }));
  target.dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true, ...held }));
}

const decisions = () => api.project.status().decisions;

describe('the Review page', () => {
  it('opens the images of one mistake from the table of mistakes', async () => {
    screen.getByRole('button', { name: 'What is mistaken for what' }).click();
    const [first, second] = api.project.status().classes;
    const name = `${first?.name} labelled ${second?.name}: about 5`;
    (await screen.findByRole('button', { name })).click();
    const filter = { givenClassIds: [second?.classId], suggestedClassIds: [first?.classId] };
    await waitFor(() => {
      const asked = api.calls.filter((call) => call.name === 'review/page').at(-1);
      expect(asked?.input).toMatchObject({ query: { filter } });
    });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBe(null));
  });

  it('says which trusted images speak against the label in focus', async () => {
    expect(await screen.findByText(/^Learning .+ under its label: 80 % against/)).toBeTruthy();
    const against = screen.getByRole('heading', { name: /Against / }).closest('section');
    expect(against?.querySelectorAll('button')).toHaveLength(4);
    expect(screen.getByRole('img', { name: /80 % of what .+ trusted images say is against/ })).toBeTruthy();
    expect(screen.getByRole('heading', { name: /^Most like it are / })).toBeTruthy();
  });

  it('goes to an image that speaks, where the list holds it', async () => {
    await screen.findByText(/^Learning .+ under its label: 80 % against/);
    const [neighbour] =
      screen.getByRole('heading', { name: /^Most like it/ }).parentElement?.querySelectorAll('button') ?? [];
    const before = api.calls.filter((call) => call.name === 'review/locate').length;
    neighbour?.click();
    await waitFor(() => expect(api.calls.filter((call) => call.name === 'review/locate').length).toBe(before + 1));
  });

  it('judges one image with one key', async () => {
    for (const key of ['k', 'a', 'd', 'u', 'b', 'e']) press(key);
    await waitFor(() => expect(decisions()).toEqual({ keep: 1, relabel: 1, drop: 1, unsure: 1, both: 1, neither: 1 }));
  });

  it('leaves keys alone while someone types', async () => {
    press('d', {}, screen.getByRole('searchbox'));
    press('u');
    await waitFor(() => expect(decisions().unsure).toBe(1));
    expect(decisions().drop).toBe(0);
  });

  it('says how many rows there are, though only some exist', () => {
    const grid = screen.getByRole('grid');
    const columns = Number(grid.getAttribute('aria-colcount'));
    expect(Number(grid.getAttribute('aria-rowcount'))).toBe(Math.ceil(300 / columns));
    expect(screen.getAllByRole('gridcell').length).toBeLessThan(100);
    expect(grid.getAttribute('aria-activedescendant')).toBe('cell-0');
  });

  it('opens the choice of a class with the letter typed, and relabels with Enter', async () => {
    press('r');
    const dialog = await screen.findByRole('dialog', { name: 'Relabel to' });
    const input = within(dialog).getByRole('combobox');
    expect(input).toHaveProperty('value', 'r');
    expect(within(dialog).getAllByRole('option')[0]?.textContent).toMatch(/rubber/);
  });

  it('names the field of that choice for screen readers', async () => {
    press('c', {}, document.body);
    press('q');
    const field = await screen.findByRole('combobox', { name: 'Name of the class' });
    if (!(field instanceof HTMLInputElement)) throw new Error('The name is typed into a field.');
    // The letter that opened it is the beginning of the name: the next one must not take its place.
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect([field.value, field.selectionStart === field.selectionEnd]).toEqual(['q', true]);
  });

  it('tells screen readers which conditions the filter has', async () => {
    screen
      .getByRole('button', { name: 'Filter' })
      .dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0, pointerType: 'mouse' }));
    const item = await screen.findByRole('menuitemcheckbox', { name: 'Trusted' });
    expect(item.getAttribute('aria-checked')).toBe('false');
    item.click();
    await waitFor(() => {
      const asked = api.calls.filter((call) => call.name === 'review/page').at(-1);
      expect(asked?.input).toMatchObject({ query: { filter: { trusted: true } } });
    });
  });

  it('asks before an action on everything, with the count', async () => {
    press('a', { ctrlKey: true });
    press('d');
    await screen.findByRole('dialog', { name: 'Drop 300 images?' });
    expect(decisions().drop).toBe(0);
  });

  it('shows every key of the map on the cheat sheet', async () => {
    press('?');
    const sheet = await screen.findByRole('dialog', { name: 'Keys of this page' });
    for (const { title } of reviewKeys) expect(within(sheet).getByText(title)).toBeTruthy();
  });

  it('takes a remapped key at once', async () => {
    press('?');
    const sheet = await screen.findByRole('dialog', { name: 'Keys of this page' });
    within(sheet).getByRole('button', { name: 'Change the key for: Drop the image' }).click();
    press('x');
    await waitFor(() => expect(api.preferences.get('keys')).toBe('{"review/drop":["X"]}'));
    within(sheet).getByRole('button', { name: 'Close' }).click();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    press('x');
    await waitFor(() => expect(decisions().drop).toBe(1));
  });

  it('shows a filter as a chip that takes it away again', async () => {
    const [glass] = screen.getAllByRole('button', { name: /^Show glass/ });
    glass?.click();
    const chip = await screen.findByRole('button', { name: 'Remove filter: labelled glass' });
    chip.click();
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Remove filter/ })).toBeNull());
  });

  it('says when the connection is lost, and when it is back says so no more', async () => {
    api.setConnection('lost');
    await screen.findByText(/connection to Touchstone is lost/);
    api.setConnection('open');
    await waitFor(() => expect(screen.queryByText(/connection to Touchstone is lost/)).toBeNull());
  });
});
