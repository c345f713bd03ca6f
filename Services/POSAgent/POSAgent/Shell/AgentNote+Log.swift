import Logging
import RelayDomain

extension AgentNote {
    /// One line of the log. What a person has to look at is a warning.
    func log(to logger: Logger) {
        switch self {
        case .begins(let command):
            logger.info(
                "command begun",
                metadata: [
                    "command": "\(command.id)", "application": "\(command.application)",
                    "operation": "\(command.operation.rawValue)",
                ])
        case .clears(let command):
            logger.warning(
                "restarted with a code in the POS's field perhaps: clearing it", metadata: ["command": "\(command)"])
        case .ready: logger.info("the POS program answers")
        case .notReady(let reason): logger.warning("the POS program is not ready", metadata: ["reason": "\(reason)"])
        case .ended(let command, let result, let evidence):
            let metadata: Logger.Metadata = [
                "command": "\(command)", "result": "\(result)",
                "evidence": "\(evidence?.sighting.description ?? "none")",
                "amount": "\(evidence?.amount.rawValue ?? "unchecked")",
            ]
            if result == .uncertain {
                logger.warning("uncertain: look at the POS program before doing anything else", metadata: metadata)
            } else {
                logger.info("command ended", metadata: metadata)
            }
        case .outcome(let status):
            logger.info(
                "outcome",
                metadata: ["transaction": "\(status.id)", "state": "\(status.state)", "sent": "\(status.sent)"])
        case .refused(let command, let error):
            logger.notice("the relay refused", metadata: ["command": "\(command)", "code": "\(error.code.text)"])
        }
    }
}
