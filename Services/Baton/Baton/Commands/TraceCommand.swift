import ArgumentParser
import Foundation
import ServiceRuntime

/// `baton trace <transaction>`.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Shows a transaction's path hop by hop, as phones can request it.",
        discussion: "Times are milliseconds since the first hop's stamp. Exit codes are those of `baton submit`.")

    @Argument(help: "The transaction's ID.")
    var transaction: String

    @OptionGroup var ingress: IngressOption
    @OptionGroup var format: OutputOption

    func run() async throws {
        let phone = Phone(url: try ingress.url(try BatonConfiguration()))
        switch try await phone.transaction(transaction) {
        case .report(let report):
            try format.print(report, text: report.text)
            throw ExitCode(report.exitCode)
        case .refused(let problem): throw OperatorError.refusedByIngress("\(problem)")
        }
    }
}

/// Where the phone API is found.
struct IngressOption: ParsableArguments {
    @Option(help: "The ingress; by default BATON_PUBLIC_URL, or the one of this machine's `baton up`.")
    var url: String?

    /// The ingress's address, without a slash at its end.
    func url(_ configuration: BatonConfiguration) throws -> String {
        let text = try url ?? configuration.ingress()
        guard let url = PublicURL(text) else {
            throw ValidationError(
                "--url: http:// or https://, a host, and at most a path are expected; no '?', '#' or '//'.")
        }
        return url.text
    }
}
