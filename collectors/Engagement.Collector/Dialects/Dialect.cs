using System.Collections.Frozen;
using System.Text.Json;
using Engagement.Collector.Rejects;
using Engagement.Core;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects;

/// <summary>A path that a vendor's client sends to.</summary>
/// <param name="Kind">What the path says of the body, in the dialect's own words; null: nothing.</param>
/// <param name="IsQuestion">True where it never carries events: its body is not read.</param>
internal sealed record DialectRoute(string Method, string Pattern, string? Kind = null, bool IsQuestion = false);

/// <summary>A request as read: <paramref name="Json"/> is undefined where the body is none.</summary>
internal sealed record DialectRequest(HttpRequest Http, string? Kind, ReadOnlyMemory<byte> Body, JsonElement Json, Instant Now)
{
    /// <summary>Of an event that is read again alone, the place that it had among others: some ids are made of it. Else 0.</summary>
    public int FirstIndex { get; init; }
}

/// <summary>
/// A protocol that sites already speak: where its clients send, where their key stands, what their events mean, and which answer their retry logic
/// expects. Stateless; thread-safe. Each has a folder with the same files: <c>…Dialect</c> (paths, key, answers), <c>…Reader</c> (wire to event),
/// <c>…Names</c> (its names for things) and a README with the mapping as a table.
/// </summary>
internal abstract class Dialect
{
    /// <summary>As in <c>source.dialect</c> of an event, in a site's file and in metrics.</summary>
    public abstract string Name { get; }
    public abstract IReadOnlyList<DialectRoute> Routes { get; }

    /// <summary>Request headers that its pages send, for the preflight.</summary>
    public virtual string AllowedHeaders => "authorization, content-type, content-encoding";

    /// <summary>How the dialect calls what a canonical event calls otherwise.</summary>
    public abstract FrozenDictionary<string, string> Fields { get; }

    /// <summary>
    /// The body as JSON; undefined where it is empty or the dialect's is none. Throws <see cref="JsonException"/>. What it gives belongs to the request.
    /// </summary>
    public virtual JsonElement Parse(HttpRequest http, ReadOnlyMemory<byte> body) => body.IsEmpty ? default : DialectJson.Parse(body);

    /// <summary>
    /// The body behind the protocol's own encodings, such as base64 in a form. Throws <see cref="InvalidDataException"/>, and
    /// <see cref="BadHttpRequestException"/> where it grows beyond what a request may have.
    /// </summary>
    public virtual ReadOnlyMemory<byte> Decode(HttpRequest http, ReadOnlyMemory<byte> body) => body;

    /// <summary>The write key where this protocol carries one; null when there is none. <c>?key=</c> is looked at by the caller.</summary>
    public abstract string? KeyOf(DialectRequest request);

    /// <summary>Adds every event of the request, in its order. Throws nothing.</summary>
    public abstract void Read(DialectRequest request, CanonicalEvents events);

    /// <summary>The member of a body in which several events stand at once; null where none does.</summary>
    protected virtual string? List => null;

    /// <summary>
    /// The request as if one of its events had come alone: what is kept of a rejected one, and read again. Null where that is longer than
    /// <see cref="Limits.RejectOriginalBytesMax"/>. Not hot.
    /// </summary>
    /// <param name="request">As it was read.</param>
    /// <param name="original">The event as <see cref="Read"/> found it.</param>
    public virtual SentOriginal? Alone(DialectRequest request, ReadOnlyMemory<byte> original) =>
        HttpMethods.IsGet(request.Http.Method) ? SentOriginal.Of(Name, request.Kind, request.Http, default)
        : DialectJson.TryAlone(request.Json, List, original, Limits.RejectOriginalBytesMax, out var body) ? SentOriginal.Of(Name, request.Kind, request.Http, body)
        : null;

    /// <summary>Answers what has been taken in.</summary>
    public abstract Task AnswerAsync(DialectRequest request, EventsAnswer answer);

    /// <summary>Answers what has not; as RFC 9457, with a status that the vendor's clients understand.</summary>
    public virtual Task RefuseAsync(DialectRequest request, CollectorProblem problem) => CollectorEndpoints.RefuseAsync(request.Http.HttpContext, problem);

    /// <summary>
    /// True where the client only asks something, such as for its settings, or whether a body would be taken: it is answered, and nothing else is to be done.
    /// </summary>
    public virtual ValueTask<bool> TryAnswerQuestionAsync(DialectRequest request) => ValueTask.FromResult(false);

    /// <summary>True where an OPTIONS request is the protocol's own question rather than a browser's preflight, and is answered.</summary>
    public virtual ValueTask<bool> TryAnswerOptionsAsync(HttpContext http) => ValueTask.FromResult(false);

    /// <summary>Whether its clients run in a sandboxed frame, of which a browser says no more than <c>Origin: null</c>.</summary>
    public virtual bool IsSandboxed => false;
}
