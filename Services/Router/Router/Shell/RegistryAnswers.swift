import Logging
import RelayDomain
import RelayJournal

extension RegistryStore {
    /// The answer to an operator's question about the registry's past.
    func answer(_ question: RegistryLookup, _ logger: Logger) -> RouterReply {
        do {
            switch question {
            case .history: return .history(try history())
            case .version(let version):
                guard let shop = try shop(ofVersion: version) else {
                    return .refused(Refused(.malformed, detail: "There is no version \(version).", field: "version"))
                }
                return .registry(version: version, shop)
            }
        } catch {
            logger.error("registry cannot be read", metadata: ["reason": "\(error)"])
            return .refused(Refused(.overloaded, detail: "The registry cannot be read; the router's log says why."))
        }
    }
}
