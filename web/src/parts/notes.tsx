/** What readers of a figure must know of it, a line each: sentences of the server, in either language. */
export function Notes({ notes }: { notes: string[] }) {
    if (notes.length === 0) return null;
    return (
        <div>
            {notes.map((note) => (
                <p key={note} class="hint">
                    {note}
                </p>
            ))}
        </div>
    );
}
