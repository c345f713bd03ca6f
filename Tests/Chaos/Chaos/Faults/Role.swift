/// The processes of a fault, by their job.
enum Role: String, Hashable, Sendable, CaseIterable {
    /// The router that writes the journal.
    case activeRouter = "active router"
    case standbyRouter = "standby router"
    case ingress
    case terminalGateway = "terminal gateway"
    case posGateway = "POS gateway"
    case adapter
    case sandbox
    case terminal
    case agent
    case pos = "POS program"
}

/// Connections that run through the harness's proxies.
enum Line: String, Hashable, Sendable, CaseIterable {
    case phones, terminals, tills
    case destination = "adapter to sandbox"
    case posDestination = "POS program to sandbox"

    /// The role that listens at its end.
    var role: Role {
        switch self {
        case .phones: .ingress
        case .terminals: .terminalGateway
        case .tills: .posGateway
        case .destination, .posDestination: .sandbox
        }
    }

    /// The protocol there, as the listening process announces it.
    var speaks: String {
        switch self {
        case .phones, .destination, .posDestination: "http"
        case .terminals, .tills: "ws"
        }
    }
}
