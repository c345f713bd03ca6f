import DeviceLink
import DeviceProtocol
import RelayDomain

/// What happens to a terminal.
public enum TerminalInput: Hashable, Sendable, DeviceInput {
    case relay(RelayNews)
    /// The merchant keyed a sum.
    case keyed(Amount)
    /// A scanner that types read a code.
    case scanned(Symbology, ScannedText)
    /// The merchant has the scanner read a code.
    case scanRequested
    /// What came of ``TerminalOutput/startScanner``, also after ``TerminalOutput/stopScanner``.
    case scannerEnded(ScannerEnd)
    /// The merchant takes the sum back that waits.
    case cleared
    /// The merchant opens or closes the counter.
    case served(DeviceReadiness)
    /// The merchant cancels the transaction in progress and the sum that waits.
    case canceled
}

/// Why a scanner read nothing.
public struct ScannerFailure: Error, Hashable, Sendable {
    /// For the merchant: what to do about it. It holds no code.
    public let sentence: String

    public init(sentence: String) { self.sentence = sentence }
}

/// How a scanner ended. It prints no code.
public enum ScannerEnd: Hashable, Sendable {
    case read(Symbology, ScannedText)
    case failed(ScannerFailure)
}

/// What a terminal does. Nothing of it happens before the step's entries are durable.
public enum TerminalOutput: Hashable, Sendable, DeviceOutput {
    case call(RelayCall, DeviceRequest)
    case show(TerminalDisplay)
    /// Have the scanner read a code. Until it has ended, this is not decided again.
    case startScanner
    /// Nobody waits for what the scanner reads.
    case stopScanner

    public var call: (call: RelayCall, request: DeviceRequest)? {
        if case .call(let call, let request) = self { (call, request) } else { nil }
    }
}

/// What a terminal's display shows. It never holds a code.
public enum TerminalDisplay: Hashable, Sendable {
    case online
    case offline
    /// Key the sum: for this application and operation, or, if they are nil, for the code that was scanned. And the
    /// phone's sum, if it named one.
    case askAmount(ApplicationID?, Operation?, phone: Amount?)
    /// The merchant's sum is not the phone's: key it again, or cancel.
    case amountsDiffer(keyed: Amount, phone: Amount)
    /// The question for the sum has ended without it; nothing was sent.
    case questionOver
    /// The sum waits for the next tap or scan.
    case amountReady(Amount)
    /// The merchant took the sum back that waited.
    case sumTakenBack(Amount)
    /// No customer tapped or showed a code in time; the sum is gone.
    case sumLapsed(Amount)
    /// The question that this sum answers is over; it is not kept.
    case sumTooLate(Amount)
    /// One thing at a time: a sum that is keyed meanwhile is not kept.
    case sumNotKept(Amount)
    /// A phone tapped at the paired counter, where the POS has the sum: the one that was keyed here before is taken
    /// back.
    case sumPassedBy(Amount)
    /// A sum that a refused scan gave back, or that came back and was not shown yet, is taken back: who taps now may be
    /// another customer.
    case sumOfAnother(Amount)
    /// The shop counts no such currency or program.
    case notCountedHere(Amount)
    /// No sum waits that could be taken back.
    case noSum
    /// The relay is being asked.
    case asking(ApplicationID?, Operation?, Amount?)
    case outcome(TransactionStatus)
    /// What a phone submitted at the paired counter's tag, and where it stands.
    case passing(Passing)
    /// Customers are served here, again.
    case serving
    /// No customer is served here until the merchant opens the counter again.
    case notServing
    /// One thing at a time.
    case busy
    /// There is nothing to cancel.
    case idle
    /// It is canceled, and nothing of it was sent.
    case canceled
    /// The relay is yet to note the merchant's wish. Nothing is submitted any more meanwhile.
    case canceling
    /// The relay has noted the merchant's wish; the outcome tells what came of it.
    case cancelNoted
    /// The scanner reads; this sum goes with the code.
    case reading(Amount?)
    /// The merchant dropped the scan before it was read.
    case scanDropped
    /// The scanner read no code.
    case scanFailed(ScannerFailure)
    /// The scanner did not end in time.
    case scanTimedOut
    /// The scanner has yet to notice that nobody waits for what it read before.
    case scannerBusy
    /// The scanner does not notice it.
    case scannerStuck
    /// The same code was read and taken just before.
    case sameScan
    /// There is nothing to cancel of a scan that was refused because another customer is served.
    case scanNotBegun
    /// There is no session: a code must not wait.
    case scanNeedsSession
    /// The relay does not take the scan on for now; the terminal goes on trying for a while.
    case tryingAgain(DeviceError)
    /// The relay did not take a command or a scan on.
    case refused(DeviceError)
    /// The relay has not had the scan, and does not get it any more: nothing was sent.
    case scanNotTaken
    /// How a scan stands that the terminal is no longer busy with, and how long ago it was; nil: the relay is being
    /// asked.
    case earlierScan(ScanRecord, ago: Duration, TransactionStatus?)
    /// The relay has not had such a scan: nothing was sent.
    case earlierScanNotTaken(ScanRecord, ago: Duration)
    /// The result is not known; the customer and the merchant must not try again yet.
    case noAnswer
}
