/// What carries one link of a ``LinkClient``: its socket, its life, and what its router said.
final class Line<ID> {
    let link: ID
    let socket: Socket
    var machine = LinkStateMachine(.calling)
    var clock = RouterClock()
    var welcome: Welcome?

    init(_ link: ID, _ socket: Socket) {
        self.link = link
        self.socket = socket
    }
}
