/// What carries one link of ``ClientLinks``: its socket, its life, and what its router said.
final class Line {
    let link: Link
    let socket: Socket
    var machine = LinkStateMachine(.calling)
    var clock = RouterClock()
    var welcome: Welcome?

    init(_ link: Link, _ socket: Socket) {
        self.link = link
        self.socket = socket
    }
}
