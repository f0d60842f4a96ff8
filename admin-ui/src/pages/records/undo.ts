// What was done last and how it is taken back, newest first: Mod+Z, and the button of a toast.

export interface Step {
  /** What was done, in the past tense: "Deleted 3 records". */
  did: string;
  back: () => Promise<void>;
}

const DEPTH = 50;

export class Undo {
  private steps: Step[] = [];

  get size(): number {
    return this.steps.length;
  }

  push(step: Step): Step {
    this.steps.push(step);
    if (this.steps.length > DEPTH) this.steps.shift();
    return step;
  }

  /** Takes back a step, the last one unless told; what fails stays to be tried again. Answers what was taken back. */
  async back(wanted: Step | undefined = this.steps[this.steps.length - 1]): Promise<Step | undefined> {
    if (!wanted || !this.steps.includes(wanted)) return undefined;
    this.steps = this.steps.filter((step) => step !== wanted);
    try {
      await wanted.back();
      return wanted;
    } catch (error) {
      this.steps.push(wanted);
      throw error;
    }
  }
}
