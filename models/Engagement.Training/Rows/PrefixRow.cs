using Engagement.Core;

namespace Engagement.Training.Rows;

/// <summary>What was known of a session right after one of its events, and how the session went on.</summary>
/// <param name="EventIndex">Which event of the session it was, from 1.</param>
/// <param name="Converted">A purchase came later in the same session.</param>
public sealed record PrefixRow(string User, SessionId Session, int EventIndex, float[] Features, bool Converted);
