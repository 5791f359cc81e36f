/** Answers of the data endpoints. */
export interface Import {
    id: number;
    at: string | null;
    store: string | null;
    preset: string | null;
    target: string | null;
    preset_name: string;
    target_name: string;
    file: string | null;
    bytes: number | null;
    rows_read: number | null;
    rows_refused: number | null;
    orders_new: number | null;
    orders_changed: number | null;
    from: string | null;
    to: string | null;
    undone_at: string | null;
    repairs: number | null;
}

export interface LedgerLine {
    class: string;
    label: string;
    currency: string | null;
    lines: number;
    units: number | null;
    amount: string | null;
}

export interface ImportDetail extends Import {
    notes: string | null;
    ledger: LedgerLine[];
    sums: { lines: number; amount: string };
}

/** Rows of a later import that were left out there, since the one that is undone had brought them. */
export interface LeftOut {
    import: number;
    file: string;
    rows: number;
}

export interface Undone {
    rows: number;
    again: LeftOut[];
}

export interface Refused {
    id: number;
    import: number;
    store: string | null;
    file: string | null;
    line: number | null;
    column: string | null;
    value: string | null;
    reason: string;
    raw: string | null;
    state: 'waiting' | 'retried' | 'resolved' | 'dropped';
}

export interface RefusedDetail extends Refused {
    fields: { name: string; value: string }[];
}

export interface RefusedList {
    items: Refused[];
    reasons: { id: string; name: string; rows: number }[];
    total: number;
    next: string | null;
}

export interface Look {
    fits: boolean;
    problem: string | null;
    preset: string;
    target: string;
    notes: string[];
    format: string;
    compression: string;
    encoding: string;
    sheet: string | null;
    sheets: string[];
    header_line: number;
    title_rows: number;
    columns: {
        name: string;
        target: string | null;
        use: 'field' | 'kept' | 'unused' | 'personal';
        samples: string[];
    }[];
    fields: { name: string; label: string; kind: string; required: boolean; taken: boolean }[];
    kinds: { preset: string; name: string }[];
    mapping: string;
}

export interface UploadFile {
    id: string;
    name: string;
    bytes: number;
    at: string;
    store: string | null;
    preset: string | null;
    timezone: string | null;
    currency: string | null;
    date_order: string | null;
    decimal_mark: string | null;
    encoding: string | null;
    sheet: string | null;
    has_mapping: boolean;
    explain?: Look | null;
    problem?: string | null;
}

export interface Job {
    id: number;
    state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
    name: string;
    who: string;
    step: string | null;
    done: number;
    total: number;
    queued_at: string;
    ended_at: string | null;
    imports: {
        import_id: number;
        already: boolean;
        file: string;
        preset: string;
        rows_read: number;
        rows_refused: number;
    }[];
    rows: number;
    message: string | null;
}

export interface Sources {
    items: {
        store: string | null;
        preset: string | null;
        target: string | null;
        preset_name: string;
        target_name: string;
        imports: number;
        last_at: string | null;
        from: string | null;
        to: string | null;
        rows_read: number | null;
        rows_refused: number | null;
    }[];
    tables: {
        store: string | null;
        table: string;
        name: string;
        newest: string | null;
        complete_until: string | null;
    }[];
    missing: { store: string; preset: string; preset_name: string; last: string; expected: string }[];
}

export interface Reconciliation {
    items: {
        class: string;
        label: string;
        currency: string | null;
        lines: number;
        units: number;
        amount: string;
        recorded_lines: number;
        recorded_amount: string;
    }[];
    difference: string;
    classes_that_differ: number;
}
