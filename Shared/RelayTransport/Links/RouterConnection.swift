/// The parts of one link of ``RouterConnections``: its socket, its state, and its router's welcome.
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
