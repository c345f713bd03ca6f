/// Who says something to a router. Every message carries one, and its role decides whether it may be said.
public struct Caller: Hashable, Sendable {
    /// Who the process is, and how the router knows.
    public enum Identity: Hashable, Sendable {
        /// Nothing is proven: role and name are as the process said in its hello.
        case said(name: String)
    }

    /// What the process is to the router.
    public let role: PeerRole
    public let identity: Identity

    public init(_ role: PeerRole, _ identity: Identity) {
        self.role = role
        self.identity = identity
    }

    /// What the process calls itself, for logs and operators. Nothing is decided by it.
    public var name: String {
        switch identity {
        case .said(let name): name
        }
    }
}

extension Caller: CustomStringConvertible {
    /// Such as `ingress-1 (ingress)`.
    public var description: String { "\(name) (\(role.rawValue))" }
}
