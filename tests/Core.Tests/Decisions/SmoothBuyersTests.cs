using System.Globalization;
using System.Text;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;
using Engagement.Testing;

namespace Core.Tests.Decisions;

/// <summary>
/// Purchase is not need: buyers who get on with it, made up from seeds, through the whole pipeline with the released model at the default threshold.
/// </summary>
public sealed class SmoothBuyersTests
{
    private const int Buyers = 400;
    private static readonly string[] _categories = ["electronics.smartphone", "appliances.kitchen.washer", "home.lamps", "4711", ""];
    private readonly EngagementPipeline _pipeline = new();
    private readonly PipelineOutput _output = new();
    private readonly SiteModel _site;
    private readonly SiteCatalog _sites;
    private readonly HashSet<VisitorKey> _wished = [];
    private readonly HashSet<VisitorKey> _purposeful = [];
    private readonly HashSet<VisitorKey> _likely = [];
    private VisitorKey _visitor;
    private Instant _now = Visitors.Noon;
    private long _offset;

    public SmoothBuyersTests()
    {
        _site = new SiteModel
        {
            Id = "shop",
            Mode = SiteMode.Live,
            Consent = ConsentRule.NotRequired,
            Secret = new SiteSecret(new byte[32]),
            Floundering = PublishedStruggleRules.Instance,
            Purposeful = Released(),
        };
        _sites = new SiteCatalog([_site], 1);
    }

    [Fact]
    public void SmoothBuyers_HoweverLikelyToBuy_AreNeverInvited()
    {
        for (var seed = 0; seed < Buyers; seed++) Buy(new Random(seed), new VisitorKey(5, (ulong)seed + 1));
        Assert.Empty(_wished);
        Assert.Empty(_purposeful);
        // Or nothing would have been shown: the model does expect many of them to buy.
        Assert.InRange(_likely.Count, Buyers / 20, Buyers);
    }

    /// <summary>One to six products, each once; the last one into the cart, and through the checkout without a pause of a minute.</summary>
    private void Buy(Random random, VisitorKey visitor)
    {
        _visitor = visitor;
        _now += TimeSpan.FromHours(1);
        double Pause(int from, int to) => from + random.NextDouble() * (to - from);
        var category = _categories[random.Next(_categories.Length)];
        var price = Math.Round(Math.Exp(Pause(1, 7)), 2);
        var products = random.Next(1, 7);
        if (random.Next(2) == 0) Do("page_viewed", 0);
        for (var product = 1; product <= products; product++) Do("product_viewed", Pause(3, 90), Product(product, category, price));
        Do("product_added", Pause(3, 60), Product(products, category, price));
        if (random.Next(2) == 0) Do("cart_viewed", Pause(2, 40));
        Do("checkout_started", Pause(2, 40));
        for (var step = random.Next(1, 4); step > 0; step--) Do("checkout_step_completed", Pause(5, 55));
        Do("order_completed", Pause(5, 55));
        Pass(120);
    }

    private static string Product(int product, string category, double price) => string.Create(
        CultureInfo.InvariantCulture, $$""","product":{"id":"p{{product}}","category":"{{category}}","price":{{price}}}""");

    private void Do(string type, double after, string body = "")
    {
        Pass(after);
        Apply($$"""
            {"v":1,"id":"e{{_offset}}","site":"shop","visitor":"{{_visitor}}","type":"{{type}}","occurredAt":"{{Text(_now)}}","receivedAt":"{{Text(_now)}}"{{body}}}
            """);
    }

    private void Pass(double seconds)
    {
        for (var left = seconds; left > 0; left -= 5)
        {
            _now += TimeSpan.FromSeconds(Math.Min(5, left));
            Apply($$"""{"v":1,"type":"tick","receivedAt":"{{Text(_now)}}"}""");
        }
    }

    private void Apply(string record)
    {
        var outcome = _pipeline.Apply(Encoding.UTF8.GetBytes(record), _offset++, _sites, _output);
        Assert.True(outcome is RecordOutcome.Applied or RecordOutcome.Tick, $"{outcome}: {record}");
        if (_output.Wishes.Count > 0) _wished.Add(_visitor);
        foreach (var wish in _output.Wishes.ToArray()) _pipeline.Resolve(wish, OfferResolution.NobodyFree, Instant.Never, _sites, _output);
        _output.Clear();
        if (_pipeline.Find(_visitor) is not { } session) return;
        if (session.State == VisitorState.Purposeful) _purposeful.Add(_visitor);
        if (session.Purposeful >= _site.Policy.PurposefulThreshold) _likely.Add(_visitor);
    }

    private static string Text(Instant at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static TreeEnsemble Released()
    {
        var read = TreeEnsembleReader.Read(File.ReadAllBytes(Repository.PathOf("models", "purposeful", "model.json")));
        Assert.True(read.IsOk, read.ToString());
        return read.Model;
    }
}
