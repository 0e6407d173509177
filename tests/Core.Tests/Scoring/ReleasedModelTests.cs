using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Testing;

namespace Core.Tests.Scoring;

public sealed class ReleasedModelTests
{
    private static TreeEnsemble Purposeful()
    {
        var read = TreeEnsembleReader.Read(File.ReadAllBytes(Repository.PathOf("models", "purposeful", "model.json")));
        Assert.True(read.IsOk, read.ToString());
        return read.Model;
    }

    private static float[] Session(int views, int cartAdditions, float price, int revisits = 0)
    {
        var row = new float[FeatureSchema.Count];
        row[(int)Feature.Events] = views + cartAdditions;
        row[(int)Feature.ProductsViewed] = views;
        row[(int)Feature.DistinctProducts] = views - revisits;
        row[(int)Feature.ProductRevisits] = revisits;
        row[(int)Feature.ProductViewsMax] = 1 + revisits;
        row[(int)Feature.DistinctCategories] = 1;
        row[(int)Feature.SecondsInSession] = 40 * (views + cartAdditions - 1);
        row[(int)Feature.CartAdditions] = row[(int)Feature.CartItems] = cartAdditions;
        row[(int)Feature.CartValue] = cartAdditions == 0 ? float.NaN : cartAdditions * price;
        row[(int)Feature.SecondsSinceCartAddition] = cartAdditions == 0 ? float.NaN : 0;
        row[(int)Feature.PriceMean] = row[(int)Feature.PriceLast] = row[(int)Feature.PriceMax] = price;
        row[(int)Feature.PriceLastToMean] = 1;
        row[(int)Feature.CategoryKey] = row[(int)Feature.CategoryGroup] = float.NaN;
        row[(int)Feature.LastProductViews] = 1 + revisits;
        row[(int)Feature.LastCategoryViews] = views;
        row[(int)Feature.EventsSinceCartAddition] = cartAdditions == 0 ? float.NaN : 0;
        row[(int)Feature.LastQuerySimilarity] = row[(int)Feature.SecondsSinceLastSearch] = float.NaN;
        row[(int)Feature.DwellMeanSeconds] = row[(int)Feature.DwellMaxSeconds] = row[(int)Feature.DwellLastSeconds] = views + cartAdditions < 2 ? float.NaN : 40;
        return row;
    }

    [Fact]
    public void Purposeful_SomethingInTheCart_RaisesTheProbabilityOverTheThreshold()
    {
        var model = Purposeful();
        foreach (var price in new[] { 90f, 150f })
        {
            Assert.InRange(model.Score(Session(views: 3, cartAdditions: 0, price)), 0.005f, 0.15f);
            Assert.InRange(model.Score(Session(views: 3, cartAdditions: 1, price)), 0.25f, 0.9f);
        }
    }

    [Fact]
    public void Purposeful_MoreInTheCartOrMoreReturns_NeverLowersTheProbability()
    {
        var model = Purposeful();
        foreach (var feature in new[] { Feature.CartAdditions, Feature.CartItems, Feature.ProductRevisits, Feature.ProductViewsMax })
        {
            foreach (var price in new[] { 15f, 90f, 800f })
            {
                var row = Session(views: 5, cartAdditions: 1, price);
                var before = model.Score(row);
                for (var more = 0; more < 5; more++)
                {
                    row[(int)feature]++;
                    var after = model.Score(row);
                    Assert.True(after >= before, $"{feature} {row[(int)feature]}: {before} then {after}");
                    before = after;
                }
            }
        }
    }

    [Fact]
    public void Purposeful_ItsExplanation_NamesTheCartWhereThereIsOne()
    {
        var model = Purposeful();
        var row = Session(views: 3, cartAdditions: 1, price: 150);
        var contributions = new float[FeatureSchema.Count];
        var expected = model.Explain(row, contributions);
        Assert.Equal(model.Margin(row), expected + contributions.Sum(), 1e-4f);
        var cart = contributions[(int)Feature.CartAdditions] + contributions[(int)Feature.CartItems] + contributions[(int)Feature.SecondsSinceCartAddition]
            + contributions[(int)Feature.EventsSinceCartAddition];
        Assert.True(cart > contributions.Sum() / 2, $"{cart} of {contributions.Sum()}");
    }

    [Fact]
    public void Purposeful_ItsFile_IsSmallAndCreditsItsData()
    {
        var model = Purposeful();
        Assert.InRange(model.Arrays.Roots.Length, 1, 100);
        Assert.Contains("REES46", model.Manifest!.Credit, StringComparison.Ordinal);
        Assert.InRange(model.Manifest.PositiveRows, 1, model.Manifest.Rows);
    }
}
