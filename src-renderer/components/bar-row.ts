/** One bar of a chart of counts. */
export interface BarRow {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  /** The count before a change, drawn behind the other. */
  readonly before?: number;
  /** True where the count deserves attention; said in words elsewhere. */
  readonly isNoted?: boolean;
}
