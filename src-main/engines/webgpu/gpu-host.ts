/** Where WebGPU comes from: Dawn's binding in Node, the browser itself in a Web Worker. */
export interface GpuHost {
  /** Package name to version, beside TF.js's own. */
  readonly versions: Readonly<Record<string, string>>;
  /**
   * Makes WebGPU's constants global, as TF.js expects them, and `navigator.gpu` the result. Throws `engine-unavailable` with
   * one line: why there is none, and what would change that.
   */
  open(): GPU;
}
