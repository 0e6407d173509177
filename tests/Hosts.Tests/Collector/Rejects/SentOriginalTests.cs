using System.Text;
using System.Text.Json.Nodes;
using Engagement.Collector.Dialects;
using Engagement.Collector.Rejects;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;

namespace Hosts.Tests.Collector.Rejects;

/// <summary>What is kept of an event says all that its dialect read of it, and of its request no more.</summary>
public sealed class SentOriginalTests
{
    /// <summary>A key that a client puts into its request.</summary>
    private const string Secret = "secret-of-the-site";

    public static TheoryData<AloneRequest> Requests => new()
    {
        new AloneRequest("segment", "/v1/track", """{"messageId":"m1","anonymousId":"anna","event":"Product Viewed","properties":{"product_id":"p1"},"context":{"page":{"url":"https://shop.example/p1"}}}""", "track"),
        new AloneRequest("segment", "/v1/batch", $$$"""
            {"writeKey":"{{{Secret}}}","sentAt":"2026-11-22T09:50:30Z","context":{"locale":"de","page":{"url":"https://shop.example/","title":"Shop"},"privacy":{"consent":true}},"batch":[
            {"type":"track","messageId":"m1","anonymousId":"anna","event":"Products Searched","properties":{"query":"lamp"},"timestamp":"2026-11-22T09:50:00Z"},
            {"type":"page","messageId":"m2","anonymousId":"bob","name":"Home","timestamp":"2026-11-22T09:50:01Z"},
            {"type":"track","anonymousId":"carol","event":"Product Viewed","properties":{"price":1}}]}
            """),
        new AloneRequest("segment", "/v1/page", """{"name":"Home"}""", "page", $"AnonymousId={Convert.ToBase64String("dora"u8)}"),
        new AloneRequest("segment", $"/pixel/v1/track?writeKey={Secret}&anonymousId=anna&event=Cart%20Viewed&messageId=m3", null, "pixel"),
        new AloneRequest("snowplow", "/com.snowplowanalytics.snowplow/tp2", """
            {"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4","data":[
            {"e":"pv","eid":"1","duid":"anna","url":"https://shop.example/","page":"Shop","dtm":"1795341000000","stm":"1795341030000"},
            {"e":"se","duid":"anna","se_ca":"shop","se_ac":"add_to_basket","dtm":"1795341001000"},
            {"e":"ue","eid":"3","duid":"anna","ue_pr":"{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\",\"data\":{\"schema\":\"iglu:com.snowplowanalytics.snowplow/add_to_cart/jsonschema/1-0-0\",\"data\":{\"name\":\"Cup\"}}}"}]}
            """),
        new AloneRequest("snowplow", "/com.snowplowanalytics.snowplow/tp2", """{"data":[{"e":"pv","eid":"1","duid":"anna","sid":"the-session","url":"https://shop.example/"}]}""", null, "SP-Anonymous=*"),
        new AloneRequest("snowplow", $"/i?e=pv&eid=7&duid=anna&aid=shop&key={Secret}&url=https%3A%2F%2Fshop.example%2F%3Fq%3D%C3%A4", null),
        new AloneRequest("shopify", "/v1/shopify", """
            {"sentAt":"2026-11-22T09:50:30Z","customerPrivacy":{"analyticsProcessingAllowed":true},"events":[
            {"id":"1","clientId":"anna","name":"page_viewed","timestamp":"2026-11-22T09:50:00Z","context":{"document":{"location":{"href":"https://shop.example/"}}}},
            {"id":"2","clientId":"anna","name":"product_viewed","timestamp":"2026-11-22T09:50:01Z","data":{"productVariant":{"product":{"title":"Cup"}}}}]}
            """),
        new AloneRequest("shopify", "/v1/shopify", """[{"id":"1","clientId":"anna","name":"page_viewed"},{"id":"2","clientId":"bob","name":"cart_viewed","data":{"cart":null}}]"""),
        new AloneRequest("shopify", "/v1/shopify", """{"id":"1","clientId":"anna","name":"search_submitted","data":{"searchResult":{"query":"lamp","productVariants":[]}}}"""),
        new AloneRequest("matomo", $"/matomo.php?idsite=1&key={Secret}&_id=anna&url=https%3A%2F%2Fshop.example%2F&action_name=Shop&rand=17", null),
        new AloneRequest("matomo", $"/matomo.php?idsite=1&_id=anna", "search=lamp&search_count=0&rand=18"),
        new AloneRequest("matomo", "/matomo.php", $$"""
            {"token_auth":"{{Secret}}","requests":["?idsite=1&_id=anna&url=https%3A%2F%2Fshop.example%2F&rand=1",{"idsite":"1","_id":"bob","_pkn":"Cup","rand":"2"},{"_id":"carol","url":"https://shop.example/"}]}
            """),
        new AloneRequest("ga4", $"/mp/collect?measurement_id=G-1&api_secret={Secret}", """
            {"client_id":"anna","timestamp_micros":"1795341000000000","consent":{"analytics_storage":"GRANTED"},"events":[
            {"name":"page_view","params":{"page_location":"https://shop.example/"}},{"name":"page_view","params":{"page_location":"https://shop.example/"}},
            {"name":"view_item","params":{"items":[{"item_name":"Cup"}]}}]}
            """),
        new AloneRequest("ga4", "/mp/collect", """{"client_id":"anna","events":[{"name":"search","params":{"search_term":"lamp"}}]}"""),
        new AloneRequest("posthog", "/batch", $$$"""
            {"api_key":"{{{Secret}}}","sent_at":"2026-11-22T09:50:30Z","batch":[
            {"uuid":"1","event":"$pageview","distinct_id":"anna","timestamp":"2026-11-22T09:50:00Z","properties":{"$current_url":"https://shop.example/"}},
            {"event":"Product Viewed","distinct_id":"bob","timestamp":"2026-11-22T09:50:01Z","properties":{"price":2}}]}
            """),
        new AloneRequest("posthog", "/e?_=1795341030000", """[{"event":"$pageview","properties":{"distinct_id":"anna"},"timestamp":"2026-11-22T09:50:00Z"},{"event":"$pageleave","properties":{"distinct_id":"anna"},"offset":1500}]"""),
        new AloneRequest("cloudevents", "/v1/cloudevents", """[{"specversion":"1.0","id":"1","source":"/kb","type":"com.example.page_viewed","subject":"anna"},{"specversion":"1.0","id":"2","source":"/kb","type":"product_viewed","data":{"visitor":"bob","product":{"name":"Cup"}}}]"""),
        new AloneRequest("cloudevents", "/v1/cloudevents", """{"visitor":"anna","search":{"query":"lamp","scope":"help"}}""", null,
            "ce-specversion=1.0", "ce-id=1", "ce-source=/kb", "ce-type=search_performed", "Content-Type=application/json"),
        new AloneRequest("gtag", $"/g/collect?v=2&tid=G-1&cid=anna&key={Secret}&_p=17&dl=https%3A%2F%2Fshop.example%2F", "en=page_view&_s=1\nen=view_item&_s=1&pr1=nmCup~pr9.99\nen=scroll&ep.percent=90&_s=2"),
        new AloneRequest("gtag", "/g/collect?v=2&cid=anna&en=search&ep.search_term=l%26mp%20%C3%A4", null),
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Alone_ReadAgain_IsTheSameEvent_UnderTheSameId(AloneRequest request)
    {
        var read = request.Read().ToList();
        Assert.NotEmpty(read);
        foreach (var (first, again, _) in read)
        {
            if (!first!.StartsWith('{'))
            {
                Assert.Equal(first, again);
                continue;
            }
            var (before, after) = (JsonNode.Parse(first)!, JsonNode.Parse(again!)!);
            // Where the protocol has neither an id nor a time, sending again has one of its own, and always that.
            if ((string)after["id"]! == "resent-00ff") before["id"] = "resent-00ff";
            Assert.Equal(before.ToJsonString(), after.ToJsonString());
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Alone_HoldsNoKeyOfTheSite_AndNobodyElse(AloneRequest request)
    {
        var dialect = DialectCatalog.All.Single(d => d.Name == request.Dialect);
        var http = new SentOriginal(request.Dialect, request.Kind, request.Body is null ? "GET" : "POST", request.Address, 0, PrivacySignals.None, [], default).ToRequest();
        var body = Encoding.UTF8.GetBytes(request.Body ?? "");
        var read = new DialectRequest(http, request.Kind, body, request.Body is null ? default : dialect.Parse(http, body), AloneRequest.Now);
        using var events = new CanonicalEvents(dialect.Name, dialect.Fields) { MakeAlone = original => dialect.Alone(read, original) };
        dialect.Read(read, events);
        for (var i = 0; i < events.Count; i++)
        {
            var kept = Encoding.UTF8.GetString(events.Alone(i)!.ToBytes()!);
            Assert.DoesNotContain(Secret, kept, StringComparison.Ordinal);
            Assert.True(new[] { "anna", "bob", "carol", "dora" }.Count(name => kept.Contains(name, StringComparison.Ordinal)) <= 1, kept);
        }
    }

    [Fact]
    public void ToBytes_BeyondTheBound_IsNull()
    {
        Assert.NotNull(SentOriginal.OfOwnForm(new byte[Limits.RejectOriginalBytesMax - 64], PrivacySignals.None).ToBytes());
        Assert.Null(SentOriginal.OfOwnForm(new byte[Limits.RejectOriginalBytesMax], PrivacySignals.None).ToBytes());
        Assert.Null((SentOriginal.OfOwnForm([], PrivacySignals.None) with { Address = "/" + new string('x', Limits.RejectOriginalBytesMax) }).ToBytes());
    }

    [Fact]
    public void Alone_WhatEventsShareIsTooLong_IsNull()
    {
        var dialect = DialectCatalog.All.Single(d => d.Name == "segment");
        var body = Encoding.UTF8.GetBytes($$"""{"context":{"locale":"{{new string('x', Limits.RejectOriginalBytesMax)}}"},"batch":[{"anonymousId":"anna","event":"x"}]}""");
        var http = new SentOriginal("segment", null, "POST", "/v1/batch", 0, PrivacySignals.None, [], default).ToRequest();
        Assert.Null(dialect.Alone(new DialectRequest(http, null, body, dialect.Parse(http, body), AloneRequest.Now), "{}"u8.ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("no head\n{}")]
    [InlineData("[]\n{}")]
    [InlineData("{\"index\":\"x\"}\n{}")]
    [InlineData("{\"index\":1e99}\n{}")]
    [InlineData("{\"dialect\":7}\n{}")]
    [InlineData("{\"dialect\":\"nobody's\"}\n{}")]
    [InlineData("{\"dialect\":\"segment\",\"address\":\"/v1/track\"}\n{{{")]
    [InlineData("{\"dialect\":\"segment\",\"address\":\"/v1/track\"}\n[]")]
    [InlineData("{\"dialect\":\"segment\",\"address\":\"/v1/batch\"}\n{\"batch\":[{},{}]}")]
    [InlineData("{}\n{{{")]
    public void Map_WhatNobodySealed_IsRejected(string kept)
    {
        var verdict = new RejectMapper(DialectCatalog.All).Map(new RejectOriginal(CollectorHost.Shop(), AloneRequest.Now, "00ff", Encoding.UTF8.GetBytes(kept)));
        Assert.Null(verdict.Event);
        Assert.NotNull(verdict.Code);
    }
}
