/** What an engine pack takes from the wheels of TensorFlow, system by system. */
import type { PackVariant } from '../../src-main/engines/tensorflow/pack-manifest.ts';

export interface PackTarget {
  /** Name on the Python package index. */
  readonly wheel: string;
  /** The tags that pip may accept for this system, whatever machine it runs on. */
  readonly wheelPlatforms: readonly string[];
  /** Libraries that go into the pack, as paths in the wheel. */
  readonly libraries: readonly string[];
  /** What the linker is given: paths in the wheel, under the names that binding.gyp looks for. */
  readonly linked: readonly string[];
}

const linuxLibraries = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'];
const macLibraries = ['tensorflow/libtensorflow_cc.2.dylib', 'tensorflow/libtensorflow_framework.2.dylib'];
const windowsLibrary = 'tensorflow/python/_pywrap_tensorflow_common.dll';

/** manylinux tags, newest first: CUDA's wheels carry older ones than TensorFlow's own. */
function linuxTags(machine: string): string[] {
  const releases = [
    'manylinux_2_28',
    'manylinux_2_27',
    'manylinux_2_17',
    'manylinux2014',
    'manylinux_2_5',
    'manylinux1',
  ];
  return releases.map((release) => `${release}_${machine}`);
}

/** By Node's platform and architecture. `tensorflow-cpu` leaves CUDA's kernels out; elsewhere there are none to leave out. */
const targets: Readonly<Record<string, PackTarget>> = {
  'linux-x64': {
    wheel: 'tensorflow-cpu',
    wheelPlatforms: linuxTags('x86_64'),
    libraries: linuxLibraries,
    linked: linuxLibraries,
  },
  'linux-arm64': {
    wheel: 'tensorflow',
    wheelPlatforms: linuxTags('aarch64'),
    libraries: linuxLibraries,
    linked: linuxLibraries,
  },
  'darwin-arm64': {
    wheel: 'tensorflow',
    wheelPlatforms: ['macosx_12_0_arm64'],
    libraries: macLibraries,
    linked: macLibraries,
  },
  'win32-x64': {
    wheel: 'tensorflow',
    wheelPlatforms: ['win_amd64'],
    libraries: [windowsLibrary],
    linked: [`${windowsLibrary}.if.lib`],
  },
};

/** Throws where there is no such pack: CUDA is for Linux on x64 alone, since TensorFlow left Windows out in 2.11. */
export function packTarget(platform: string, variant: PackVariant): PackTarget {
  const target = targets[platform];
  if (target === undefined) throw new Error(`There is no wheel of TensorFlow for ${platform}.`);
  if (variant === 'cpu') return target;
  if (platform !== 'linux-x64') throw new Error(`TensorFlow has no CUDA on ${platform}: build the cpu pack.`);
  return { ...target, wheel: 'tensorflow' };
}
