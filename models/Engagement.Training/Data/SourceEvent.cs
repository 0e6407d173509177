using System.Text.Json.Nodes;
using Engagement.Core;

namespace Engagement.Training.Data;

/// <summary>One event of a data set, in canonical terms.</summary>
/// <param name="Id">Equal for exact copies of a row, so that the engine's own dedupe drops them.</param>
/// <param name="User">Whom the split goes by.</param>
/// <param name="Type">Canonical wire name.</param>
/// <param name="Body">Further members of the log record, such as <c>product</c>; null when none.</param>
public sealed record SourceEvent(string Id, string User, string Type, Instant At, JsonObject? Body)
{
    /// <summary>The session as the data set itself cut it; empty when it says nothing. Not sent to the engine.</summary>
    public string SourceSession { get; init; } = "";
}
