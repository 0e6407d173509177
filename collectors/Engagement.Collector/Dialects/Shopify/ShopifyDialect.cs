using System.Collections.Frozen;
using System.Text.Json;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.Shopify;

/// <summary>
/// Shopify's customer events, as a web pixel hears them and forwards them with the few lines of this folder's README. Follows Shopify's "Web pixels
/// API: Standard events" and the types of <c>@shopify/web-pixels-extension</c>.
/// </summary>
internal sealed class ShopifyDialect : Dialect
{
    public override string Name => DialectNames.Shopify;
    public override IReadOnlyList<DialectRoute> Routes { get; } = [new(HttpMethods.Post, "/v1/shopify")];
    public override FrozenDictionary<string, string> Fields => ShopifyNames.Fields;

    /// <summary>A custom pixel runs in a frame without an origin of its own.</summary>
    public override bool IsSandboxed => true;

    /// <summary>A server's; a pixel's stands in the address, for a header would cost a preflight.</summary>
    public override string? KeyOf(DialectRequest request) => CredentialReader.BearerOf(request.Http);

    protected override string List => "events";

    public override void Read(DialectRequest request, CanonicalEvents events) => ShopifyReader.Read(request, events);

    public override Task AnswerAsync(DialectRequest request, EventsAnswer answer) =>
        DialectAnswers.EventsAsync(request.Http.HttpContext, answer, StatusCodes.Status202Accepted);
}
