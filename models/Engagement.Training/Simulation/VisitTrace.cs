using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Training.Data;

namespace Engagement.Training.Simulation;

/// <summary>Writes down what one visitor does, as the site of her world would send it. Holds her clock and her own pace. Not thread-safe.</summary>
internal sealed class VisitTrace(HelpWorld world, string visitor, Instant start, Random random)
{
    private readonly double _pace = Math.Exp(0.3 * Normal(random));
    private Instant _now = start;

    public List<SourceEvent> Events { get; } = [];
    public List<int> FailedAtEvent { get; } = [];
    public List<int> OpenedRanks { get; } = [];

    /// <summary>Attempts in vain so far at the need at hand.</summary>
    public int Failed { get; set; }
    public bool LeftWithout { get; set; }

    /// <summary>Lets time pass: lognormal, 0.5 s to 9 min.</summary>
    public void Wait(double medianSeconds, double spread = 0.6) =>
        _now += TimeSpan.FromSeconds(Math.Clamp(medianSeconds * _pace * Math.Exp(spread * Normal(random)), 0.5, 540));

    public void ViewPage(string path) => Add("page_viewed", new JsonObject { ["page"] = new JsonObject { ["url"] = $"https://{world.Name}.example/{path}" } });

    public void Search(QueryDraft query, int results)
    {
        var search = new JsonObject { ["query"] = query.Text, ["scope"] = "help" };
        if (world.SendsCounts) search["resultCount"] = results;
        Add("search_performed", new JsonObject { ["search"] = search });
    }

    /// <summary>From a result list: as an opened result, an article view, or both, as the site sends it.</summary>
    public void Open(Article article, int rank)
    {
        OpenedRanks.Add(rank);
        if (world.SendsOpened) Add("search_result_opened", null);
        if (!world.SendsArticles) return;
        if (world.SendsOpened) Wait(1, 0.1);
        View(article);
    }

    /// <summary>An article by a link, not from a list.</summary>
    public void Follow(Article article)
    {
        if (world.SendsArticles) View(article);
        else ViewPage(article.Id);
    }

    public void Rate(Article article, bool helpful) => Add("article_rated", new JsonObject { ["article"] = new JsonObject { ["id"] = article.Id, ["helpful"] = helpful } });

    public void ClickInRage() => Add("rage_clicked", null);

    public void Leave() => Add("page_left", null);

    private void View(Article article) => Add("article_viewed", new JsonObject
    {
        ["article"] = new JsonObject { ["id"] = article.Id, ["title"] = article.Title },
        ["page"] = new JsonObject { ["url"] = $"https://{world.Name}.example/{article.Id}" },
    });

    private void Add(string type, JsonObject? body)
    {
        Events.Add(new SourceEvent($"{visitor}-{Events.Count}", visitor, type, _now, body));
        FailedAtEvent.Add(Failed);
    }

    /// <summary>Box and Muller.</summary>
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
