using Engagement.Desks.Delivery;

namespace Hosts.Tests.Desks;

public sealed class DeliveryProgressTests
{
    [Fact]
    public void Done_OutOfOrder_MovesOnlyOverWhatIsWhollyDone()
    {
        var progress = new DeliveryProgress();
        var (first, second, third) = (progress.Begin(10, 2), progress.Begin(11, 1), progress.Begin(15, 1));
        Assert.Null(progress.Done(second));
        Assert.Null(progress.Done(first));
        Assert.Equal(12, progress.Done(first));
        Assert.Equal(16, progress.Done(third));
    }

    [Fact]
    public void Skip_NobodyHears_MovesUpToWhatIsOpen()
    {
        var progress = new DeliveryProgress();
        progress.Begin(3, 0);
        var open = progress.Begin(4, 1);
        progress.Begin(5, 0);
        Assert.Equal(4, progress.Skip());
        Assert.Equal(6, progress.Done(open));
        Assert.Null(progress.Skip());
    }
}
