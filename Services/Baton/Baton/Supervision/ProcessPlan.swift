/// What one process of `baton up` is started with.
struct ProcessPlan: Equatable, Sendable {
    /// The instance's name, also the name of its announcement and its log.
    let name: String
    /// The executable's file name, beside `baton` itself.
    let executable: String
    let arguments: [String]
    /// All `BATON_*` variables that it gets; `up`'s own are not passed on.
    let settings: [String: String]
    let stage: Int
    /// Whether its standard input is a ``KeyboardPipe``. Every other process ends when its input does, and so never
    /// outlives this one.
    let hasKeyboard: Bool
    /// The processes that do the same work; see ``Supervision/Member``.
    let group: String

    init(
        _ name: String, _ executable: String, arguments: [String] = [], settings: [String: String], stage: Int,
        group: String? = nil, hasKeyboard: Bool = false
    ) {
        self.name = name
        self.executable = executable
        self.arguments = arguments
        self.settings = settings
        self.stage = stage
        self.hasKeyboard = hasKeyboard
        self.group = group ?? name
    }

    var member: Supervision.Member { Supervision.Member(name, stage: stage, group: group) }
}
