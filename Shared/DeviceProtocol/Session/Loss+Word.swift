extension DeviceSessionStateMachine.Loss {
    /// For the device's log: a word of its own, the close frame's, or the code of the refusal.
    public var word: String {
        switch self {
        case .closed(let reason): reason.word
        case .refused(let error): error.code.text
        case .unreachable: "unreachable"
        case .silent: "silent"
        }
    }
}
