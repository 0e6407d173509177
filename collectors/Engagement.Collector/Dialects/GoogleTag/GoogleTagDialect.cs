using System.Collections.Frozen;
using System.Text.Json;
using System.Text;
using Engagement.Collector.Rejects;
using Engagement.Core;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.GoogleTag;

/// <summary>
/// What Google's tag sends from a page. Experimental: Google documents this wire nowhere and may change it any day; it is read as others have found it out.
/// </summary>
internal sealed class GoogleTagDialect : Dialect
{
    public override string Name => DialectNames.GoogleTag;

    public override IReadOnlyList<DialectRoute> Routes { get; } = [new(HttpMethods.Post, "/g/collect"), new(HttpMethods.Get, "/g/collect")];

    public override FrozenDictionary<string, string> Fields => GoogleTagNames.Fields;

    /// <summary>The body is one event a line, if anything, each as the query of an address is written.</summary>
    public override JsonElement Parse(HttpRequest http, ReadOnlyMemory<byte> body) => default;

    /// <summary>The measurement id, which a site of ours has as its key: the tag can be told where to send, but not what more.</summary>
    public override string? KeyOf(DialectRequest request) => request.Http.Query.TryGetValue("tid", out var key) ? key.ToString() : null;

    public override void Read(DialectRequest request, CanonicalEvents events) => GoogleTagReader.Read(request, events);

    /// <summary>The parameters of address and line together, as a line.</summary>
    public override SentOriginal? Alone(DialectRequest request, ReadOnlyMemory<byte> original)
    {
        if (original.Length > Limits.RejectOriginalBytesMax) return null;
        var line = QueryString.Create(DialectJson.Parse(original).EnumerateObject().Select(p => new KeyValuePair<string, string?>(p.Name, p.Value.GetString())));
        return SentOriginal.Of(Name, request.Kind, request.Http, Encoding.UTF8.GetBytes(line.ToString().TrimStart('?'))) with { Method = HttpMethods.Post, Address = request.Http.Path };
    }

    public override Task AnswerAsync(DialectRequest request, EventsAnswer answer) => DialectAnswers.NoContentAsync(request.Http.HttpContext);
}
