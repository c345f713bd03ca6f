/// How a process ends, and what it prints then.
struct ProcessEnd: Equatable, Sendable {
    let exitCode: Int32
    /// For standard output.
    let output: String?
    /// One line for standard error.
    let line: String?

    init(exitCode: Int32, output: String? = nil, line: String? = nil) {
        self.exitCode = exitCode
        self.output = output
        self.line = line
    }

    /// The end by an error: its own line and exit code if it is a ``StartFailure``, else its description and 70.
    init(service: String, error: any Error) {
        let text = (error as? any StartFailure)?.line ?? sentence(about: error)
        let oneLine = text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(500)
        self.init(exitCode: (error as? any StartFailure)?.exitCode ?? 70, line: "\(service): \(oneLine)")
    }
}
