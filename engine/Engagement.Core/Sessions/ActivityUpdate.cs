using Engagement.Core.Cards;
using Engagement.Core.Events;

namespace Engagement.Core.Sessions;

/// <summary>
/// Carries one event into a session's counters and trail. Hot: allocates nothing at steady state. What each counter means stands at the feature
/// that is read from it (<see cref="Features.Feature"/>).
/// </summary>
internal static class ActivityUpdate
{
    internal const int PauseMaxMs = 10 * 60 * 1000;
    private const int QuickBackMs = 15_000;
    private const int PogoMs = 60_000;
    private const int HopMs = 20_000;
    private const ulong ArticleSeed = 0xD6E8FEB86659FD93;

    /// <summary>The event's clamped time is <paramref name="at"/>. Called once an event, after it was found to belong to the session.</summary>
    public static void Apply(SessionState session, in VisitorEvent e, Instant at)
    {
        var atMs = (int)(at.UnixMs - session.StartedAt.UnixMs);
        CountPause(session, at);
        SettleArticle(session, e, atMs);
        switch (e.Type)
        {
            case EventType.PageViewed: ViewPage(session, e, atMs); break;
            case EventType.ProductViewed: ViewProduct(session, e, atMs); break;
            case EventType.ProductListViewed: ViewList(session, e, atMs); break;
            case EventType.SearchPerformed: Search(session, e, atMs); break;
            case EventType.SearchResultOpened: OpenResult(session, atMs); break;
            case EventType.ArticleViewed: ViewArticle(session, e, atMs); break;
            case EventType.ArticleRated: Rate(ref session.Activity, e); break;
            case EventType.ProductAdded: AddToCart(session, e, atMs); break;
            case EventType.ProductRemoved: RemoveFromCart(session, e, atMs); break;
            case EventType.CartViewed: ViewCart(session, e, atMs); break;
            case EventType.CheckoutStarted or EventType.CheckoutStepCompleted: Checkout(session, e, atMs); break;
            case EventType.OrderCompleted: Order(session, atMs); break;
            case EventType.FormError: Count(ref session.Activity.FormErrors); break;
            case EventType.RageClicked: Count(ref session.Activity.RageClicks); break;
            case EventType.PageLeft or EventType.PageHidden: EvidenceTrail.LeavePage(session); break;
        }
        ReadCart(ref session.Activity, e);
    }

    private static void CountPause(SessionState session, Instant at)
    {
        if (session.Events <= 1) return;
        var pause = (int)Math.Clamp(at.UnixMs - session.LatestOccurred.UnixMs, 0, PauseMaxMs);
        ref var a = ref session.Activity;
        a.DwellLastMs = pause;
        a.DwellSumMs += pause;
        a.DwellMaxMs = Math.Max(a.DwellMaxMs, pause);
        if (session.TrailPage != 0) session.TrailPageMs += pause;
    }

    /// <summary>An article is read until something else comes up; a rating or a click on it is not something else, nor is its own page.</summary>
    private static void SettleArticle(SessionState session, in VisitorEvent e, int atMs)
    {
        ref var a = ref session.Activity;
        if (a.ArticleAt == ActivityCounters.NotYet) return;
        if (e.Type is EventType.ArticleRated or EventType.FormError or EventType.RageClicked or EventType.Custom or EventType.Unknown) return;
        if (e.Type == EventType.PageViewed && a.CurrentUrl != 0 && UrlKey(e.PageUrl) == a.CurrentUrl) return;
        a.ArticleDwellMaxMs = Math.Max(a.ArticleDwellMaxMs, Math.Clamp(atMs - a.ArticleAt, 0, PauseMaxMs));
        a.ArticleAt = ActivityCounters.NotYet;
    }

    private static void ViewPage(SessionState session, in VisitorEvent e, int atMs)
    {
        session.Activity.PagesViewed++;
        Enter(session, e, PageKind.Page, default, default, atMs);
    }

    private static void ViewList(SessionState session, in VisitorEvent e, int atMs)
    {
        session.Activity.ListsViewed++;
        Retreat(ref session.Activity);
        Enter(session, e, PageKind.List, default, default, atMs);
        ComeUp(ref session.Activity, EventType.ProductListViewed, atMs);
    }

    private static void ViewProduct(SessionState session, in VisitorEvent e, int atMs)
    {
        ref var a = ref session.Activity;
        OpenImplicitly(session, atMs);
        a.ProductsViewed++;
        Retreat(ref a);
        var product = KeyOf(e.ProductId, e.ProductName);
        if (product != 0) CountProduct(session, product);
        CountCategory(session, e.ProductCategory);
        if (!double.IsNaN(e.ProductPrice))
        {
            a.Prices++;
            a.PriceSum += e.ProductPrice;
            a.PriceLast = (float)e.ProductPrice;
            a.PriceMax = float.IsNaN(a.PriceMax) ? a.PriceLast : Math.Max(a.PriceMax, a.PriceLast);
        }
        Enter(session, e, PageKind.Product, e.ProductName, e.ProductId, atMs);
        ComeUp(ref a, EventType.ProductViewed, atMs);
    }

    private static void CountProduct(SessionState session, ulong hash)
    {
        ref var a = ref session.Activity;
        var views = ItemVisits.Add(session, ItemKind.Product, hash);
        var product = (uint)(hash >> 32) | 1;
        if (views == 1) a.DistinctProducts++;
        a.ProductViewsMax = Math.Max(a.ProductViewsMax, (ushort)views);
        a.LastProductViews = (byte)Math.Min(views, byte.MaxValue);
        // The same product again at once is a reload: neither a return nor a step of a comparison.
        if (product == a.LastProduct) return;
        if (views > 1) a.ProductRevisits++;
        if (product == a.PriorProduct) a.ComparisonLoops++;
        a.PriorProduct = a.LastProduct;
        a.LastProduct = product;
    }

    private static void CountCategory(SessionState session, ReadOnlySpan<byte> category)
    {
        if (category.IsEmpty) return;
        ref var a = ref session.Activity;
        var hash = Identifiers.Hash64(category);
        var views = ItemVisits.Add(session, ItemKind.Category, hash);
        if (views == 1) a.DistinctCategories++;
        a.LastCategoryViews = (byte)Math.Min(views, byte.MaxValue);
        a.CategoryGroup = GroupOf(category);
        var key = (uint)(hash >> 32) | 1;
        if (a.LastCategory != 0 && a.LastCategory != key) a.CategorySwitches++;
        a.LastCategory = key;
    }

    private static ushort GroupOf(ReadOnlySpan<byte> category)
    {
        var end = category.IndexOfAny("./>|"u8);
        return (ushort)((Identifiers.Hash64(end < 0 ? category : category[..end].TrimEnd((byte)' ')) >> 48) | 1);
    }

    private static void Search(SessionState session, in VisitorEvent e, int atMs)
    {
        ref var a = ref session.Activity;
        var isQuickBack = a.Content is EventType.SearchResultOpened or EventType.ArticleViewed && atMs - a.ContentAt <= QuickBackMs;
        if (isQuickBack)
        {
            a.QuickBacks++;
            if (a.CurrentQuickBacks < a.CurrentOpened) a.CurrentQuickBacks++;
        }
        CloseSearch(ref a);

        var comparison = QueryHistory.Add(session, QuerySignature.From(e.Query, atMs), a.Searches);
        a.Searches++;
        if (e.Scope == SearchScope.Help)
        {
            a.HelpSearches++;
            Retreat(ref a);
        }
        a.LastQuerySimilarity = comparison.Similarity;
        if (comparison.IsRepeated) a.RepeatedQueries++;
        if (comparison.IsSimilar) a.Reformulations++;
        if (comparison.IsSimilarWithinFiveMinutes) a.SimilarWithinFiveMinutes++;

        a.LatestFoundNothing = e.ResultCount == 0;
        if (a.LatestFoundNothing) a.ZeroResultSearches++;
        a.FruitlessRunMax = Math.Max(a.FruitlessRunMax, (ushort)a.FruitlessRun);
        a.LastSearchAt = atMs;
        EvidenceTrail.LeavePage(session);
        EvidenceTrail.AddQuery(session, e.Query, e.ResultCount, e.Scope, atMs);
        a.CurrentUrl = UrlKey(e.PageUrl);
        ComeUp(ref a, EventType.SearchPerformed, atMs);
    }

    /// <summary>The search before is over: now it is known whether it was in vain.</summary>
    private static void CloseSearch(ref ActivityCounters a)
    {
        if (a.Searches == 0) return;
        var isFruitless = a.LatestFoundNothing || a.CurrentOpened <= a.CurrentQuickBacks;
        a.ClosedFruitlessRun = isFruitless ? (ushort)(a.ClosedFruitlessRun + 1) : (ushort)0;
        if (isFruitless && a.Searches <= 2) a.FirstTwoFruitless |= (byte)a.Searches;
        a.CurrentOpened = a.CurrentQuickBacks = 0;
        a.ResultOpenedAt = ActivityCounters.NotYet;
        a.LatestFoundNothing = false;
    }

    private static void OpenResult(SessionState session, int atMs)
    {
        CountOpened(session, atMs);
        EvidenceTrail.LeavePage(session);
        ComeUp(ref session.Activity, EventType.SearchResultOpened, atMs);
    }

    /// <summary>A product or article straight after a search that found something was opened from it, though no event said so.</summary>
    private static void OpenImplicitly(SessionState session, int atMs)
    {
        if (session.Activity.Content == EventType.SearchPerformed && !session.Activity.LatestFoundNothing) CountOpened(session, atMs);
    }

    private static void CountOpened(SessionState session, int atMs)
    {
        ref var a = ref session.Activity;
        a.ResultsOpened++;
        if (a.ResultOpenedAt != ActivityCounters.NotYet && atMs - a.ResultOpenedAt <= PogoMs) Count(ref a.PogoSticks);
        a.ResultOpenedAt = atMs;
        if (a.Searches == 0) return;
        if (a.CurrentOpened < byte.MaxValue) a.CurrentOpened++;
        EvidenceTrail.CountOpened(session);
    }

    private static void ViewArticle(SessionState session, in VisitorEvent e, int atMs)
    {
        ref var a = ref session.Activity;
        OpenImplicitly(session, atMs);
        if (a.Content == EventType.ArticleViewed && atMs - a.ContentAt <= HopMs) a.ArticleHops++;
        a.ArticlesViewed++;
        Retreat(ref a);
        var article = KeyOf(e.ArticleId, e.ArticleTitle);
        if (article != 0) ItemVisits.Add(session, ItemKind.Article, article ^ ArticleSeed);
        a.ArticleAt = atMs;
        Enter(session, e, PageKind.Article, e.ArticleTitle, e.ArticleId, atMs);
        ComeUp(ref a, EventType.ArticleViewed, atMs);
    }

    private static void Rate(ref ActivityCounters a, in VisitorEvent e)
    {
        if (e.Helpful > 0) Count(ref a.RatedHelpful);
        if (e.Helpful < 0) Count(ref a.RatedNotHelpful);
    }

    private static void AddToCart(SessionState session, in VisitorEvent e, int atMs)
    {
        ref var a = ref session.Activity;
        var pieces = Math.Max(1, e.ProductQuantity);
        a.CartAdditions++;
        a.LastCartAdditionAt = atMs;
        a.CartAdditionEvent = session.EventCount;
        if (e.CartItems < 0) a.CartItems = (int)Math.Min(int.MaxValue, (long)a.CartItems + pieces);
        if (!double.IsNaN(e.ProductPrice) && double.IsNaN(e.CartValue))
            a.CartValue = (float.IsNaN(a.CartValue) ? 0f : a.CartValue) + (float)(e.ProductPrice * pieces);
        EvidenceTrail.AddToCart(session, KeyOf32(e.ProductId, e.ProductName), Label(e, e.ProductName, e.ProductId), pieces, e.ProductPrice, atMs);
    }

    private static void RemoveFromCart(SessionState session, in VisitorEvent e, int atMs)
    {
        ref var a = ref session.Activity;
        var pieces = Math.Max(1, e.ProductQuantity);
        Count(ref a.CartRemovals);
        if (e.CartItems < 0) a.CartItems = Math.Max(0, a.CartItems - pieces);
        if (!double.IsNaN(e.ProductPrice) && double.IsNaN(e.CartValue) && !float.IsNaN(a.CartValue))
            a.CartValue = Math.Max(0f, a.CartValue - (float)(e.ProductPrice * pieces));
        EvidenceTrail.AddToCart(session, KeyOf32(e.ProductId, e.ProductName), default, -pieces, double.NaN, atMs);
    }

    private static void ViewCart(SessionState session, in VisitorEvent e, int atMs)
    {
        Retreat(ref session.Activity);
        Enter(session, e, PageKind.Cart, default, default, atMs);
        ComeUp(ref session.Activity, EventType.CartViewed, atMs);
    }

    private static void Checkout(SessionState session, in VisitorEvent e, int atMs)
    {
        ref var a = ref session.Activity;
        if (!a.InCheckout) a.CheckoutAt = atMs;
        a.InCheckout = a.OnCheckoutPage = true;
        Enter(session, e, PageKind.Checkout, default, default, atMs);
        ComeUp(ref a, EventType.CheckoutStarted, atMs);
    }

    private static void Order(SessionState session, int atMs)
    {
        ref var a = ref session.Activity;
        a.OrdersCompleted++;
        a.InCheckout = a.OnCheckoutPage = false;
        a.CartItems = 0;
        if (!float.IsNaN(a.CartValue)) a.CartValue = 0f;
        EvidenceTrail.LeavePage(session);
        EvidenceTrail.EmptyCart(session);
        ComeUp(ref a, EventType.OrderCompleted, atMs);
    }

    /// <summary>What the site says of the cart wins over what additions sum to. After an order it speaks of what was bought.</summary>
    private static void ReadCart(ref ActivityCounters a, in VisitorEvent e)
    {
        if (e.Type == EventType.OrderCompleted) return;
        if (e.CartItems >= 0) a.CartItems = e.CartItems;
        if (!double.IsNaN(e.CartValue)) a.CartValue = (float)e.CartValue;
    }

    private static void Retreat(ref ActivityCounters a)
    {
        if (!a.OnCheckoutPage) return;
        a.OnCheckoutPage = false;
        Count(ref a.CheckoutRetreats);
    }

    private static void ComeUp(ref ActivityCounters a, EventType content, int atMs)
    {
        a.Content = content;
        a.ContentAt = atMs;
    }

    private static void Enter(SessionState session, in VisitorEvent e, PageKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> id, int atMs)
    {
        var url = UrlKey(e.PageUrl);
        session.Activity.CurrentUrl = url;
        var key = url != 0 ? url : KeyOf32(id, name) is not 0 and var item ? item : (uint)kind + 1;
        EvidenceTrail.EnterPage(session, key, kind, Label(e, name, id), atMs);
    }

    /// <summary>The item's name, else the page's title, else the URL's path, else the item's id.</summary>
    private static ReadOnlySpan<byte> Label(in VisitorEvent e, ReadOnlySpan<byte> name, ReadOnlySpan<byte> id) =>
        !name.IsEmpty ? name
        : !e.PageTitle.IsEmpty ? e.PageTitle
        : !e.PageUrl.IsEmpty ? SiteContext.PathOf(e.PageUrl)
        : id;

    /// <summary>A page is its URL without the fragment; 0 when there is none.</summary>
    private static uint UrlKey(ReadOnlySpan<byte> url)
    {
        if (url.IsEmpty) return 0;
        var fragment = url.IndexOf((byte)'#');
        return (uint)Identifiers.Hash64(fragment < 0 ? url : url[..fragment]) | 1;
    }

    private static ulong KeyOf(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) =>
        !id.IsEmpty ? Identifiers.Hash64(id) : !name.IsEmpty ? Identifiers.Hash64(name) : 0;

    private static uint KeyOf32(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) => KeyOf(id, name) is not 0 and var key ? (uint)key | 1 : 0;

    /// <summary>Of what happens a few times in a session, if at all; stays at 255.</summary>
    private static void Count(ref byte counter)
    {
        if (counter < byte.MaxValue) counter++;
    }
}
