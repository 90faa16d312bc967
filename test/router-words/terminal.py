"""Runs a command in a pseudo-terminal and types at it: a list of [what to wait for, what to type] on standard input as
JSON, what the terminal showed on standard output. Ends when the command ends, or fails after a while."""
import fcntl, json, os, pty, select, struct, sys, termios, time

steps = json.load(sys.stdin)
child, terminal = pty.fork()
if child == 0:
    os.environ['TERM'] = 'xterm'
    os.execvp(sys.argv[1], sys.argv[1:])

fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 100, 0, 0))
shown, seen, limit = b'', 0, time.monotonic() + 40
ended = False
while not ended and time.monotonic() < limit:
    if steps:
        at = shown.find(steps[0][0].encode(), seen)
        if at >= 0:
            wait, keys = steps.pop(0)
            seen = at + len(wait.encode())
            os.write(terminal, keys.encode())
            continue
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            piece = b''
        ended = piece == b''
        shown += piece
sys.stdout.buffer.write(shown)
if steps or not ended:
    sys.stderr.write('still waits for %r\n' % (steps[0][0] if steps else 'the end'))
    sys.exit(1)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
