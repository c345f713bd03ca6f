/// What carries one link of ``RouterConnections``: its socket, its life, and what its router said.
final class RouterConnection {
    let link: Link
    let socket: Socket
    var machine = LinkStateMachine(.calling)
    var clock = RouterTimeEstimate()
    var welcome: RouterWelcome?

    init(_ link: Link, _ socket: Socket) {
        self.link = link
        self.socket = socket
    }
}
