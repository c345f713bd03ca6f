import ServiceRuntime

/// What a run of the relay on one machine reports.
enum UpNews: Sendable {
    /// The run begins, in this home.
    case begins(home: String)
    /// This many processes of an earlier run have to end first.
    case waitsForLeftovers(Int)
    case supervision(SupervisionNotice, Supervisor.Heard)
}

/// Where it is reported. If standard output is a terminal, a person reads lines there; otherwise the same goes as log
/// records to standard error, where each process of the relay writes its own.
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
