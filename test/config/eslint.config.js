/** The rules of the code that a linter can check, per folder: what each may import and call. */
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
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
};

export default ts.config(
  {
    ignores: [
      'test/config/pure-globals.d.ts',
      'out/**',
      'dist/**',
      'node_modules/**',
      'test-artifacts/**',
      'demo-output/**',
    ],
  },
  {
    files: ['**/*.ts'],
    ignores: ['src-renderer/**', 'test/renderer/**'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: {
      globals: globals.node,
      parserOptions: { project: [`${root}tsconfig.json`, `${root}test/e2e/tsconfig.json`], tsconfigRootDir: root },
    },
    rules: { ...everywhere, ...typed },
  },
  {
    files: ['src-renderer/**/*.ts', 'src-renderer/**/*.svelte', 'test/renderer/**/*.ts'],
    extends: [ts.configs.recommendedTypeChecked],
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
  // Behind the block above, whose parser it replaces for Svelte's files; in `extends` it would do so for all.
  ...svelte.configs['flat/recommended'],
  {
    // Sets and maps that are replaced as a whole, or that nothing shows, must be plain ones.
    files: ['src-renderer/**/*.ts', 'src-renderer/**/*.svelte'],
    rules: { 'svelte/prefer-svelte-reactivity': 'off' },
  },
  {
    // Types across components are svelte-check's: here they are unknown and count as `any`. Props are declared with `let`.
    files: ['src-renderer/**/*.svelte'],
    rules: {
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all', excludedRunes: ['$props', '$state'] }],
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // The command line, the benchmarks and the test runner speak to a terminal; configuration files must export a default.
    files: [
      'src-main/shell-headless/**',
      'resources/packaging/**',
      'test/bench/**',
      'test/soak/**',
      'test/config/**',
      '**/*.config.ts',
      '**/*.config.js',
    ],
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
