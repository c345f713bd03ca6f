import ServiceRuntime

/// What a run of the relay on one machine has to say.
enum UpNews: Sendable {
    /// It begins, in this home.
    case begins(home: String)
    /// So many processes of an earlier run have to end first.
    case waitsForLeftovers(Int)
    case supervision(SupervisionNotice, Supervisor.Heard)
}

/// Where it is said. A person at a terminal reads lines on standard output; everybody else gets the same as log records
/// on standard error, where each process of the relay writes its own.
struct UpTeller: Sendable {
    /// Nil: a person reads.
    private let log: UpLog?

    /// Decides by what standard output is.
    init(_ configuration: BatonConfiguration) {
        log = StandardStream.output.isTerminal ? nil : UpLog(configuration.logLevel)
    }

    func tell(_ news: UpNews) {
        if let log {
            log.write(news)
        } else if let line = UpDisplay.line(news) {
            printLine(line)
        }
    }
}
