import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

const root = new URL('../..', import.meta.url).pathname;

/** What no file may do, whatever its folder. */
const everywhere = {
  'no-console': 'error',
  'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Use core/random: everything must be reproducible from a seed.' },
  ],
  complexity: ['error', 15],
  'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
  eqeqeq: 'error',
};

const typed = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-unnecessary-condition': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
};

export default ts.config(
  { ignores: ['out/**', 'dist/**', 'node_modules/**', 'test-artifacts/**', 'demo-output/**'] },
  {
    files: ['**/*.ts'],
    ignores: ['src-renderer/**', 'test/renderer/**'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: {
      globals: globals.node,
      parserOptions: { project: [`${root}tsconfig.json`], tsconfigRootDir: root },
    },
    rules: { ...everywhere, ...typed },
  },
  {
    files: ['src-renderer/**/*.ts', 'src-renderer/**/*.svelte', 'test/renderer/**/*.ts'],
    extends: [ts.configs.recommendedTypeChecked, svelte.configs['flat/recommended']],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: ts.parser,
        project: [`${root}src-renderer/tsconfig.json`],
        tsconfigRootDir: root,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: { ...everywhere, ...typed },
  },
  {
    // The command line, the benchmarks and the test runner speak to a terminal; configuration files must export a default.
    files: ['src-main/shell-headless/**', 'test/bench/**', 'test/config/**', '**/*.config.ts', '**/*.config.js'],
    rules: { 'no-console': 'off', 'no-restricted-exports': 'off' },
  },
  {
    files: ['src-main/**/*.mjs'],
    languageOptions: { globals: globals.node },
    rules: { ...everywhere, 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines': 'off' },
  },
);
