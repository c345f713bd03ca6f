import RelayDomain

/// Why a command of `baton` failed, and what to do next.
enum OperatorError: Error, Equatable, CustomStringConvertible {
    case file(path: String, reason: String)
    /// Another `baton up` runs in this home.
    case homeTaken(path: String)
    /// Keys are missing, but a journal's transactions were sealed and digested with them.
    case keysMissing([String], journal: UInt8)
    /// A process refused its first start; the others were ended.
    case notStarted(SupervisionFailure, logs: String)
    /// No router answers; `named`: where BATON_ROUTER says.
    case noRouter(at: String, named: Bool)
    /// The router did not answer in time; it may have acted.
    case noReply
    case refused(Refused)
    /// A picture holds no tag.
    case noTag(path: String, reason: String)
    /// The ingress refused; the text is its own.
    case refusedByIngress(String)
    /// No answer came, and the relay may have the submission; why, and the key for a repeat.
    case perhapsSubmitted(String, key: String)
    /// The registry contains another shop than the demonstration's.
    case otherShop(home: String)
    /// The demonstration's shop file lacks something.
    case sample(String)
    case http(url: String, reason: String)
    /// The keyboard's pipe has no reader.
    case noKeyboard(path: String)
    /// A tag leads to a relay that BATON_RELAYS does not name.
    case strangeRelay(String)
    /// `TZ` names no time zone.
    case timeZone(String)
    /// Standard output cannot be written.
    case notPrinted(reason: String)
    /// The user answered no.
    case notConfirmed
    /// Transactions are open at a destination that would be removed, and `--leave-open` was not given.
    case stillOpen

    var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .homeTaken(let path):
            "another baton up runs in \(path); stop it, or set BATON_HOME to another folder"
        case .keysMissing(let files, let journal):
            "\(files.joined(separator: ", ")): missing, but journal \(journal) has transactions, whose repeats and used "
                + "codes only these keys recognise; restore them from the copy of keys/, or, if they are lost for good, make "
                + "new ones with `baton keys replace`"
        case .notStarted(.refused(let name, let exit), let logs):
            "\(name) did not start (\(exit)), so everything was stopped; \(logs)/\(name).log says more"
        case .notStarted(.slow(let name, let limit), let logs):
            "\(name) was not ready within \(limit.milliseconds / 1_000) s, so everything was stopped; "
                + "\(logs)/\(name).log says more"
        case .noRouter(let address, named: false):
            "no router answers at \(address); is `baton up` running, with the same BATON_HOME?"
        case .noRouter(let address, named: true):
            "no router answers at \(address); BATON_ROUTER names this address: is it right?"
        case .notPrinted(let reason):
            "cannot write to standard output: \(reason); the command may still have taken effect"
        case .noReply: "the router did not answer in time and may still have acted; check with `baton get`"
        case .refused(let refused):
            "refused: \(refused.refusal.rawValue)" + (refused.detail.map { " (\($0))" } ?? "")
        case .noTag(let path, let reason): "\(path): \(reason)"
        case .refusedByIngress(let sentence): sentence
        case .perhapsSubmitted(let why, let key):
            "\(why); the relay may still have it: repeat with --key \(key)"
        case .otherShop(let home):
            "\(home) holds another shop than the sample; set BATON_HOME to a new folder, or register the sample "
                + "with `baton apply -f deploy/sample/shop.yaml` while `baton up` runs"
        case .sample(let sentence): "the demonstration cannot run: \(sentence)"
        case .http(let url, let reason): "\(url) does not answer: \(reason); is `baton up` running?"
        case .noKeyboard(let path):
            "no process reads \(path); is `baton demo --stay` running, with the same BATON_HOME?"
        case .strangeRelay(let url):
            "the tag leads to \(url), which BATON_RELAYS does not name: nothing was sent; is it this shop's tag?"
        case .timeZone(let text):
            "TZ=\(text.prefix(60).plain) is not a time zone; write a name such as Europe/Berlin, or unset it"
        case .notConfirmed: "nothing was changed"
        case .stillOpen:
            "nothing was changed: wait until nothing is open, or add --leave-open and close what is left with `baton resolve`"
        }
    }

    /// Where the answer could not be printed (`EX_IOERR` of sysexits.h).
    static let notPrintedCode: Int32 = 74

    /// 64 and 70 as for every process of Baton (sysexits.h), 3 if no final result is known, else 1.
    var exitCode: Int32 {
        switch self {
        case .notStarted(.refused(_, .code(let code)), _): code
        case .notStarted, .homeTaken, .keysMissing: 70
        case .timeZone: 64
        case .notPrinted: Self.notPrintedCode
        case .perhapsSubmitted: 3
        case .file, .noRouter, .noReply, .refused, .noTag, .refusedByIngress, .otherShop, .sample, .http, .notConfirmed,
            .stillOpen, .strangeRelay, .noKeyboard:
            1
        }
    }
}
