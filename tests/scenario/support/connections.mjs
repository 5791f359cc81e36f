// Opens many connections from one address and prints how many the server keeps: PORT COUNT.
import net from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
let closed = 0;
for (let i = 0; i < count; i++) {
    const failed = await new Promise((done) => {
        const socket = net.connect(port, '127.0.0.1', () => done(null));
        socket.on('close', () => closed++);
        socket.on('error', done);
    });
    if (failed)
        console.log(`connection ${i + 1}: ${failed.message}`);
}
for (let last = -1; last !== closed;) {
    last = closed;
    await new Promise((later) => setTimeout(later, 1000));
}
console.log(count - closed);
process.exit(0);
