/** Compiles the binding of @tensorflow/tfjs-node-gpu against the libraries of a wheel, with node-gyp, in a folder of its own. */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { runTool } from './run-tool.ts';

const require = createRequire(import.meta.url);

/** Headers of TensorFlow that the binding's sources reach, directly or not. */
export const HEADER_PATTERN =
  /^tensorflow\/include\/(tensorflow\/(c|core\/(platform|common_runtime\/next_pluggable_device\/c))|xla|tsl)\/.*\.(h|inc)$/;

const operations = path.resolve(import.meta.dirname, '../../src-main/engines/tensorflow/native');

/** Whether the binding brings operations of our own: Windows' library does not let anybody register kernels. */
export const hasOperations = process.platform !== 'win32';

export interface BindingOptions {
  /** The unpacked wheel. */
  readonly wheelFolder: string;
  /** Libraries to link, as paths in the wheel. */
  readonly linked: readonly string[];
  /** Made, and left behind with the compiler's output. */
  readonly buildFolder: string;
}

/** Returns the path of the compiled `tfjs_binding.node`. */
export function buildBinding({ wheelFolder, linked, buildFolder }: BindingOptions): string {
  mkdirSync(buildFolder, { recursive: true });
  cpSync(path.join(bindingPackage().folder, 'binding'), path.join(buildFolder, 'binding'), { recursive: true });
  if (hasOperations) cpSync(operations, path.join(buildFolder, 'operations'), { recursive: true });
  const gyp = describeBuild(
    path.join(wheelFolder, 'tensorflow/include'),
    linked.map((file) => path.join(wheelFolder, file)),
  );
  writeFileSync(path.join(buildFolder, 'binding.gyp'), JSON.stringify(gyp, null, 2));
  runTool(
    'Compiling the binding',
    process.execPath,
    [nodeGyp(), 'rebuild', ...headerOptions(buildFolder)],
    buildFolder,
  );
  return path.join(buildFolder, 'build/Release/tfjs_binding.node');
}

/** Where the binding's sources lie, and which release they are. */
export function bindingPackage(): { readonly folder: string; readonly version: string } {
  const file = require.resolve('@tensorflow/tfjs-node-gpu/package.json');
  const { version } = require(file) as { version: string };
  return { folder: path.dirname(file), version };
}

function operationSources(): string[] {
  return readdirSync(operations)
    .filter((name) => name.endsWith('.cc'))
    .map((name) => `operations/${name}`);
}

/** A new description instead of the package's own, which wants libraries of other names in a folder of the package. */
function describeBuild(includeFolder: string, libraries: readonly string[]): object {
  return {
    targets: [
      {
        target_name: 'tfjs_binding',
        sources: ['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', ...(hasOperations ? operationSources() : [])],
        include_dirs: ['.', includeFolder],
        defines: ['NAPI_VERSION=8'],
        libraries: [...libraries],
        cflags_cc: ['-std=c++17', '-O2', '-w'],
        conditions: [
          // The libraries lie beside the binding, wherever that is.
          ["OS=='linux'", { libraries: ["'-Wl,-rpath,$$ORIGIN'"] }],
          [
            "OS=='mac'",
            {
              xcode_settings: {
                OTHER_LDFLAGS: ['-Wl,-rpath,@loader_path'],
                CLANG_CXX_LANGUAGE_STANDARD: 'c++17',
                MACOSX_DEPLOYMENT_TARGET: '12.0',
              },
            },
          ],
          [
            "OS=='win'",
            {
              defines: ['COMPILER_MSVC', 'NOMINMAX'],
              msvs_settings: { VCCLCompilerTool: { AdditionalOptions: ['/std:c++17', '/w'] } },
            },
          ],
        ],
      },
    ],
  };
}

/**
 * The binding needs Node-API's four headers and nothing else of Node, so the npm package of them stands in for the headers that
 * node-gyp would otherwise fetch from nodejs.org. Windows needs node.exe's import library too: there node-gyp fetches.
 */
function headerOptions(buildFolder: string): string[] {
  if (process.platform === 'win32') return [];
  const nodeFolder = path.join(buildFolder, 'node');
  const headers = path.join(nodeFolder, 'include/node');
  cpSync(path.join(path.dirname(require.resolve('node-api-headers/package.json')), 'include'), headers, {
    recursive: true,
  });
  const settings = { target_defaults: { default_configuration: 'Release', configurations: { Release: {} } } };
  writeFileSync(path.join(headers, 'common.gypi'), JSON.stringify(settings));
  writeFileSync(
    path.join(headers, 'config.gypi'),
    JSON.stringify({ target_defaults: {}, variables: { host_arch: process.arch, target_arch: process.arch } }),
  );
  return [`--nodedir=${nodeFolder}`];
}

function nodeGyp(): string {
  return require.resolve('node-gyp/bin/node-gyp.js');
}
