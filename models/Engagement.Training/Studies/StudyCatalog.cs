namespace Engagement.Training.Studies;

/// <summary>The studies, in the report's order.</summary>
internal static class StudyCatalog
{
    public static readonly IReadOnlyList<IStudy> All = [new PurposefulEntry(), new ShopperEntry(), new FlounderingEntry(), new NeedEntry()];
}
