/// Who of the processes is meant, by what it does.
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

/// Connections that run through the harness's hands.
enum Line: String, Hashable, Sendable, CaseIterable {
    case phones, terminals, tills
    case destination = "adapter to sandbox"
    case posDestination = "POS program to sandbox"

    /// Who listens at its far end.
    var role: Role {
        switch self {
        case .phones: .ingress
        case .terminals: .terminalGateway
        case .tills: .posGateway
        case .destination, .posDestination: .sandbox
        }
    }

    /// What is spoken there, as the far end announces it.
    var speaks: String {
        switch self {
        case .phones, .destination, .posDestination: "http"
        case .terminals, .tills: "ws"
        }
    }
}
