import ArgumentParser
import RelayDomain
import Sealing

/// `baton submit`: a phone at the command line.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submits transaction information for a relay terminal, as a phone does over HTTP.",
        discussion: """
            Exit codes: 0 approved; 2 declined; 3 no final result is known (no answer in time, the POS has it, or the \
            connection was lost and the relay may have the request: repeat with the --key that the line names); 1 failed, \
            reversed, refused, or another error.

            Example: echo 99271828182845904523 | baton submit --tag counter-2.png --application sandbox-pay \
            --amount "12.50 EUR"
            """)

    @Option(help: "The relay terminal's ID.")
    var terminal: TerminalID?

    @Option(help: "A picture (PNG) of the terminal's QR code; it names the terminal and the ingress.")
    var tag: String?

    @Option(help: "The application's ID.")
    var application: ApplicationID

    @Option(help: "payment, accrue or redeem.")
    var operation: Operation = .payment

    @Option(help: "The payment code; - or nothing reads a line from standard input, so that no process list shows it.")
    var code: String?

    @Option(help: "The membership ID, for accrue and redeem; - or nothing reads a line from standard input.")
    var member: String?

    @Option(
        help: "An amount of money, or points of a loyalty program: \"12.50 EUR\", \"100 sandbox-points\".",
        transform: Amount.read)
    var amount: Amount?

    @Option(help: "The idempotency key: repeat a submission under its first key. By default a new one.")
    var key: SubmissionKeyText?

    @Option(help: "How many seconds to wait for the outcome, from 0 to 60.")
    var wait: Int = 30

    @OptionGroup var ingress: IngressOption
    @OptionGroup var format: OutputOption

    func validate() throws {
        guard (terminal == nil) != (tag == nil) else { throw ValidationError("Name either --terminal or --tag.") }
        guard (0...60).contains(wait) else { throw ValidationError("--wait: 0 to 60 seconds are expected.") }
        guard code == nil || operation == .payment, member == nil || operation != .payment else {
            throw ValidationError("A payment needs a --code; accrue and redeem need a --member.")
        }
    }

    func run() async throws {
        let place = try place(try BatonConfiguration())
        let request = SubmissionRequest(
            terminal: place.terminal, application: application, operation: operation, information: try information(),
            amount: amount, key: key ?? .new())
        if key == nil {  // A user who ends this command while it waits needs the key for a repeat.
            printNotice("the submission's key is \(request.key)")
        }
        let start = ContinuousClock.now
        switch try await Phone(url: place.url).submit(request, within: .seconds(wait)) {
        case .report(let report):
            let took = Milliseconds(.now - start)
            try format.print(report, text: report.text + "\n  \(took) at the phone; key \(request.key)")
            throw ExitCode(report.exitCode)
        case .refused(let problem): throw OperatorError.refusedByIngress("\(problem)")
        }
    }

    /// The terminal, and the ingress that its tag names unless `--url` names another.
    private func place(_ configuration: BatonConfiguration) throws -> Tag {
        if let tag {
            let found = try Tag.read(picture: tag)
            if ingress.url == nil, let warning = try configuration.warning(aboutTagOf: found.url) {
                printNotice(warning)
            }
            return Tag(url: ingress.url == nil ? found.url : try ingress.url(configuration), terminal: found.terminal)
        }
        guard let terminal else { throw ValidationError("Name either --terminal or --tag.") }
        return Tag(url: try ingress.url(configuration), terminal: terminal)
    }

    private func information() throws -> Secret {
        let given = code ?? member ?? "-"
        guard let secret = Secret(given == "-" ? readLine() ?? "" : given) else {
            throw ValidationError("The code or membership ID is empty, or longer than \(Secret.most) bytes.")
        }
        return secret
    }
}
