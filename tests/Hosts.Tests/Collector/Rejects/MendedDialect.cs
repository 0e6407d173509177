using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Engagement.Collector;
using Engagement.Collector.Dialects;
using Microsoft.AspNetCore.Http;

namespace Hosts.Tests.Collector.Rejects;

/// <summary>A dialect whose mapping was mended: what senders call <see cref="Wrong"/> is now read as what it means. Only reads.</summary>
internal sealed class MendedDialect(Dialect unmended, string means) : Dialect
{
    public const string Wrong = "artno";

    public override string Name => unmended.Name;
    public override IReadOnlyList<DialectRoute> Routes => unmended.Routes;
    public override FrozenDictionary<string, string> Fields => unmended.Fields;

    public override JsonElement Parse(HttpRequest http, ReadOnlyMemory<byte> body) => unmended.Parse(http, Mend(body));

    public override void Read(DialectRequest request, CanonicalEvents events) => unmended.Read(request with { Body = Mend(request.Body) }, events);

    public override string? KeyOf(DialectRequest request) => throw new NotSupportedException();

    public override Task AnswerAsync(DialectRequest request, EventsAnswer answer) => throw new NotSupportedException();

    private byte[] Mend(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body.Span).Replace(Wrong, means, StringComparison.Ordinal));
}
