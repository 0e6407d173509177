using System.Collections.Frozen;
using System.Text.Json;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.Snowplow;

/// <summary>
/// Snowplow's tracker protocol, version 2: events in a POST, or one in the address of an image. Follows Snowplow's "Tracker protocol" and what
/// @snowplow/tracker-core 4.10.2 and its plugins send.
/// </summary>
internal sealed class SnowplowDialect : Dialect
{
    public override string Name => DialectNames.Snowplow;

    public override IReadOnlyList<DialectRoute> Routes { get; } =
    [
        new(HttpMethods.Post, "/com.snowplowanalytics.snowplow/tp2"),
        new(HttpMethods.Get, "/i"),
    ];

    /// <summary>Trackers that are told to be anonymous say so in a header of their own.</summary>
    public override string AllowedHeaders => "content-type, content-encoding, sp-anonymous";

    public override FrozenDictionary<string, string> Fields => SnowplowNames.Fields;

    /// <summary>The app id, of the first event where there are several: a tracker has one.</summary>
    public override string? KeyOf(DialectRequest request)
    {
        if (request.Json.Member("data") is { ValueKind: JsonValueKind.Array } data && data.GetArrayLength() > 0) return data[0].Text("aid");
        return request.Http.Query.TryGetValue("aid", out var key) ? key.ToString() : null;
    }

    protected override string List => "data";

    public override void Read(DialectRequest request, CanonicalEvents events) => SnowplowReader.Read(request, events);

    /// <summary>200 also where events were rejected: a tracker would send the whole request again for ever.</summary>
    public override Task AnswerAsync(DialectRequest request, EventsAnswer answer) => HttpMethods.IsPost(request.Http.Method)
        ? DialectAnswers.TextAsync(request.Http.HttpContext, "ok")
        : DialectAnswers.PixelAsync(request.Http.HttpContext);

    /// <summary>Trackers try again after every status but 400, 401, 403, 410 and 422: what will never be read is told with one of them.</summary>
    public override Task RefuseAsync(DialectRequest request, CollectorProblem problem) => base.RefuseAsync(request, problem.Status switch
    {
        StatusCodes.Status411LengthRequired or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType =>
            problem with { Status = StatusCodes.Status422UnprocessableEntity },
        _ => problem,
    });
}
