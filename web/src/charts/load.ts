/** The charts' engine: a module of its own, brought once. Where it is there already, a chart stands in the
 *  same frame as the page around it. */
export type Engine = typeof import('./engine');

let engine: Engine | undefined;

export function engineNow(): Engine | undefined {
    return engine;
}

export async function loadEngine(): Promise<Engine> {
    engine ??= await import('./engine');
    return engine;
}
