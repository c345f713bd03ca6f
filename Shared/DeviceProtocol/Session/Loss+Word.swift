extension DeviceSessionStateMachine.Loss {
    /// A word for the device's log: its own, the close frame's, or the code of the refusal.
    public var word: String {
        switch self {
        case .closed(let reason): reason.word
        case .refused(let error): error.code.text
        case .unreachable: "unreachable"
        case .silent: "silent"
        }
    }
}
