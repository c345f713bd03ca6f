/// docs/errors.md: one table for each of those who meet a code.
extension Catalogue {
    var page: String {
        """
        <!-- Generated from docs/errors.yaml by `make generate`: change it there. -->
        # What Baton answers when it says no

        Every answer says what is certain: whose fault it is (*blame*), where it was noticed (*stage*), whether anything can
        have reached the destination (*sent*), and how to try again (*retry*). Programs go by the code and these four; the
        sentences are for people.

        - [For phones](#for-phones) · [For devices](#for-devices) · [Why a transaction failed](#why-a-transaction-failed)
        - [What a person has to look at](#what-a-person-has-to-look-at) · [For operators](#for-operators)

        | retry | means |
        |---|---|
        | no | it will not help |
        | sameKey | the same once more, under the same idempotency key (phones), command ID or scan ID (devices) |
        | newKey | the same under a key of its own |
        | newCode | the customer's application issues another one-time code, which goes under another key |

        ## For phones

        As problem documents (RFC 9457): [openapi.yaml](openapi.yaml). A refusal leaves no transaction and no key behind.

        | status | code | what has happened | what to do | blame | stage | sent | retry |
        |---|---|---|---|---|---|---|---|
        \(rows(forPhones.sorted { ($0.status?.number ?? 0) < ($1.status?.number ?? 0) }) { entry in
            ["\(entry.status?.number ?? 0)", "`\(entry.code)`", entry.means, entry.phone ?? ""] + entry.four
        })

        ## For devices

        In error frames: [devices.md](devices.md#errors). *itself*: `terminal` or `pos`, whichever the device is.

        | code | what has happened | what to do | blame | stage | sent | retry |
        |---|---|---|---|---|---|---|
        \(rows(forDevices) { ["`\($0.code)`", $0.means, $0.device ?? ""] + $0.toDevice })

        ## Why a transaction failed

        The `reason` of the outcome `failed`: nothing reached the destination. The key stands for that outcome for good. The code or
        membership ID may come again under another key, unless a mark stands beside the outcome: then a one-time code is used.

        | reason | what has happened | phones | devices | blame | stage | sent | retry |
        |---|---|---|---|---|---|---|---|
        \(rows(self[.failures]) { ["`\($0.code)`", $0.means, $0.phone ?? "", $0.device ?? ""] + $0.four })

        ## What a person has to look at

        The marks in `reconcile`. The state or the outcome beside which they stand stays as it is.

        | mark | what has happened | phones | devices | blame | stage | sent | retry |
        |---|---|---|---|---|---|---|---|
        \(rows(self[.marks]) { ["`\($0.code)`", $0.means, $0.phone ?? "", $0.device ?? ""] + $0.four })

        ## For operators

        Refusals are counted by their code. What to do when one turns up:

        | code | what to do |
        |---|---|
        \(rows(self[.refusals] + self[.http] + self[.session]) { ["`\($0.code)`", $0.operator] })

        When a transaction has failed, or is marked:

        | reason or mark | what to do |
        |---|---|
        \(rows(self[.failures] + self[.marks]) { ["`\($0.code)`", $0.operator] })

        """
    }

    private func rows(_ entries: [Entry], _ cells: (Entry) -> [String]) -> String {
        entries.map { "| \(cells($0).joined(separator: " | ")) |" }.joined(separator: "\n")
    }
}

extension Catalogue.Entry {
    fileprivate var four: [String] { [blame, stage, sent, retry.words] }

    /// The four as a device reads them.
    fileprivate var toDevice: [String] {
        let isDevices = ["phone", "terminal", "pos"].contains(blame)
        return [isDevices ? "itself" : blame, stage == "ingress" ? "gateway" : stage, sent, retry.words]
    }
}

extension Catalogue.Retry {
    fileprivate var words: String {
        switch self {
        case .no: "no"
        case .newKey: "newKey"
        case .newCode: "newCode"
        case .sameKey(let seconds): "sameKey after \(seconds) s"
        }
    }
}
