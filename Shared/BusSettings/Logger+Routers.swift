import Logging
import RelayTransport

/// The log records of all processes about the bus and its peers, one form for each event.
extension Logger {
    /// A router has welcomed this process.
    public func routerFound(_ welcome: RouterWelcome) {
        info(
            "router found",
            metadata: ["journal": "\(welcome.journal)", "router": "\(welcome.name)", "term": "\(welcome.term)"])
    }

    /// The link to a journal's router is gone.
    public func routerLost(journal: UInt8, _ loss: LinkLoss) {
        warning("router lost", metadata: ["journal": "\(journal)", "reason": "\(loss.rawValue)"])
    }

    /// A router was refused, because its journal has had a writer of a higher term.
    /// - Parameter known: the highest term that this process has seen of the journal.
    public func routerOutdated(_ welcome: RouterWelcome, known: UInt64) {
        warning(
            "router not used: its journal has had a newer writer. If the journal was made anew, start this process again",
            metadata: [
                "router": "\(welcome.name)", "journal": "\(welcome.journal)", "term": "\(welcome.term)",
                "known": "\(known)",
            ])
    }

    /// One of the two ends could not read a message.
    /// - Parameters:
    ///   - peer: the other end's name or address.
    ///   - leftOut: how many such messages were not logged; see `LogThrottle`.
    public func misread(_ unread: Unread, peer: String, leftOut: Int) {
        let (line, reason): (Logger.Message, String) =
            switch unread {
            case .here(let reason): ("a message could not be read; its sender was told so", reason)
            case .there(let reason): ("a peer could not read what was said here", reason)
            }
        warning(line, metadata: ["peer": "\(peer)", "reason": "\(reason)", "leftOut": "\(leftOut)"])
    }
}
