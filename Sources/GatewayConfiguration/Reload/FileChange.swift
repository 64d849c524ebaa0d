/// A sign that a configuration file may have changed; what it says now is for its reader to find out.
public enum FileChange: Sendable, Hashable {
    /// Somebody has begun to write, and may not have finished: an editor that empties a file before it fills it.
    case begun
    /// A file was closed after writing, or took another's place: a rename, a swapped symbolic link.
    case done

    /// How long it must have been quiet after this sign before the file is read.
    ///
    /// One saving by an editor gives a handful of signs, and in between the file may be empty, half full or not there. After
    /// a whole change the wait is only long enough to take what belongs together for one. After a begun one the end is still
    /// to come; a file that is then never closed, or was only linked, is read all the same.
    public var quietTime: Duration {
        switch self {
        case .begun: .seconds(2)
        case .done: .milliseconds(200)
        }
    }
}
