/** Dawn is not loaded where there is no Vulkan, since it would complain on stderr in the middle of the user's output. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { whyNoVulkan } from '../../../../src-main/engines/webgpu/vulkan-loader.ts';

const root = path.resolve(import.meta.dirname, '../../../..');

function throwing(message: string): () => void {
  return () => {
    throw new Error(message);
  };
}

describe('whyNoVulkan', () => {
  test('says what to install where the system finds no loader', () => {
    const complaint = 'libvulkan.so.1: cannot open shared object file: No such file or directory';
    expect(whyNoVulkan('linux', throwing(complaint))).toMatch(/Install libvulkan1/);
  });

  test('takes a library that is no Node package for found', () => {
    expect(whyNoVulkan('linux', throwing("Module did not self-register: 'libvulkan.so.1'."))).toBeNull();
  });

  test('asks for none on systems without Vulkan of their own', () => {
    expect(whyNoVulkan('win32', throwing('libvulkan.so.1: no'))).toBeNull();
    expect(whyNoVulkan('darwin', throwing('libvulkan.so.1: no'))).toBeNull();
  });
});

test('the engine starts or refuses without a word of Dawn about a missing Vulkan', () => {
  const script = `
    import { dawnHost } from './src-main/engines/webgpu/dawn-host.ts';
    import { createWebgpuEngine } from './src-main/engines/webgpu/webgpu-engine.ts';
    const answer = await createWebgpuEngine(dawnHost).start().then(({ device }) => device, ({ code }) => code);
    console.log('answer: ' + answer);
    process.exit();`;
  // What the test run offers (config/software-gpu.ts) stays outside: this is the machine as its user finds it.
  const { LD_LIBRARY_PATH: _offered, ...environment } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    ...{ cwd: root, encoding: 'utf8', env: environment },
  });
  expect(stdout).toMatch(/^answer: .+/m);
  expect(stderr).not.toMatch(/load Vulkan/);
});
