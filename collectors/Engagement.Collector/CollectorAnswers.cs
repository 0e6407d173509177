using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engagement.Collector;

/// <summary>Answer of <c>POST /v1/events</c>: what the log now holds, and what it does not.</summary>
/// <param name="Accepted">Events that are durable.</param>
/// <param name="Refused">Events of which nothing was kept: no consent, a site switched off, a page never read.</param>
/// <param name="Rejected">Events that could not be read; each with its place in the request, from 0.</param>
public sealed record EventsAnswer(int Accepted, int Refused, IReadOnlyList<RejectedEvent> Rejected);

/// <summary>An event that was not accepted, and why.</summary>
/// <param name="Field">Path of the field at fault, such as <c>search.query</c>; absent when none.</param>
public sealed record RejectedEvent(int Index, string Code, string? Field, string Detail);

/// <summary>Body of <c>POST /v1/sessions</c>: empty to be given a visitor id, or an id of the site's own with its server's signature.</summary>
/// <param name="Expires">When the signature ends, Unix milliseconds.</param>
public sealed record SessionRequest(string? Site = null, string? Visitor = null, string? Signature = null, long? Expires = null);

/// <summary>Answer of <c>POST /v1/sessions</c>.</summary>
/// <param name="Visitor">The id to send events with.</param>
/// <param name="Token">Proves to the API that the browser speaks for this visitor.</param>
/// <param name="ExpiresAt">RFC 3339.</param>
public sealed record SessionAnswer(string Visitor, string Token, string ExpiresAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventsAnswer))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(CollectorProblem))]
internal sealed partial class CollectorJson : JsonSerializerContext;
