import DeviceProtocol

extension DeviceSessionStateMachine.Loss {
    /// What the people at the counter have to know of it; nil: it comes and goes by itself.
    var sentence: String? {
        switch self {
        case .closed(.replaced):
            "ANOTHER DEVICE uses this terminal's ID: switch one of them off; this one comes back by itself in a minute or two"
        case .closed(.unregistered): "this terminal is no longer registered: ask the operator"
        case .refused(let error): "the relay does not take this terminal (\(error.code.text)): \(error.text)"
        case .closed, .unreachable, .silent: nil
        }
    }
}
