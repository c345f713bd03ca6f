import RelayDomain
import ServiceRuntime

/// What `baton up` prints on a terminal: one line for each event that a person should know of.
enum UpDisplay {
    /// How many characters of a process's last output are quoted.
    static let wordsMax = 400

    /// Nil if there is nothing to print.
    static func line(_ news: UpNews) -> String? {
        switch news {
        case .begins(let home): "baton \(ServiceProcess.version) in \(home)"
        case .waitsForLeftovers(let count): "waiting for processes of an earlier run to end (\(count))"
        case .supervision(let notice, let heard): line(notice, heard)
        }
    }

    private static func line(_ notice: SupervisionNotice, _ heard: Supervisor.Heard) -> String? {
        switch notice {
        case .ready(let name):
            return column(name) + (["ready"] + addresses(heard).map { "\($0) \($1)" }).joined(separator: "  ")
        case .standsBy(let name): return column(name) + "stands by"
        case .allReady: return nil
        case .hangs(let name, let verdict): return column(name) + "hangs and is killed: \(verdict)"
        case .diedAndRestarts(let name, let exit, let pause):
            return column(name) + "ended (\(exit)), starts again in \(pause.milliseconds) ms" + said(heard, by: name)
        case .diskIsGettingFull(let free):
            return "the disk is getting full (\(free >> 20) MiB): make room before the journal cannot grow"
        case .stopping: return "stopping"
        case .gaveUp(.refused(let name, let exit)):
            return column(name) + "did not start (\(exit))" + said(heard, by: name)
        case .gaveUp(.slow(let name, let limit)):
            return column(name) + "was not ready within \(limit.milliseconds / 1_000) s" + said(heard, by: name)
        }
    }

    /// Where others than Baton's own processes connect: those find each other on the bus.
    static func addresses(_ heard: Supervisor.Heard) -> [(name: String, address: String)] {
        let addresses = heard.announcement?.addresses.filter { !$0.value.contains("://") } ?? [:]
        return addresses.sorted { $0.key < $1.key }.map { ($0, $1) }
    }

    private static func column(_ name: String) -> String {
        name + String(repeating: " ", count: max(1, 20 - name.count))
    }

    private static func said(_ heard: Supervisor.Heard, by name: String) -> String {
        heard.lastWords.map { "\n  it said: \(inOwnWords($0.prefix(wordsMax).plain, of: name))" } ?? ""
    }

    /// A process names the setting that it got; the operator has set it for `up` under another name.
    static func inOwnWords(_ line: String, of name: String) -> String {
        let own = ["terminal-gateway": "_TERMINALS", "pos-gateway": "_POS", "sandbox": "_SANDBOX"][name]
        return own.map { line.replacing(/BATON_LISTEN\b/, with: "BATON_LISTEN\($0)") } ?? line
    }
}
