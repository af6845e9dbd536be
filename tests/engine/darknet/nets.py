"""Small networks in Darknet's words, one for each kind of layer, for the tests."""

from engine.darknet.samples import section


def net(side=16, channels=4):
    return section("net", width=side, height=side, channels=channels)


def conv(filters=4, size=3, activation="leaky", normal=1, pad=1, **more):
    return section(
        "convolutional",
        batch_normalize=normal,
        filters=filters,
        size=size,
        **{"stride": 1, "pad": pad, **more},
        activation=activation,
    )


ANCHORS = "1,2, 3,4"
NETS = {
    "convolution without a rim": net() + conv(5, normal=0, pad=0),
    "batch normalization": net() + conv(5),
    "stride": net() + conv(6, stride=2),
    "even kernel": net() + conv(6, 2, "linear", stride=2),
    "groups": net() + conv(8, groups=2),
    "depthwise": net() + conv(4, groups=4),
    "connected": net(6) + conv(4) + section("connected", output=7, activation="leaky"),
    "average": net() + conv(4) + section("avgpool"),
    "dropout": net() + conv(4) + section("dropout", probability=0.5) + conv(3),
    "softmax": net() + conv(4) + section("avgpool") + section("softmax"),
    "route": net() + conv(4) + conv(6, 1) + section("route", layers="-1,-2"),
    "route to one": net()
    + conv(4)
    + conv(6, 1)
    + section("route", layers="0")
    + conv(3)
    + section("route", layers="-1, 1"),
    "route of a group": net() + conv(4) + section("route", layers="-1", groups=2, group_id=1) + conv(3),
    "shortcut": net() + conv(4) + conv(4) + section("shortcut", **{"from": -2}, activation="linear"),
    "shortcut, active": net() + conv(4) + conv(4) + section("shortcut", **{"from": -2}, activation="leaky"),
    "upsample": net() + conv(4) + section("upsample", stride=2),
    "reorg": net() + conv(8) + section("reorg", stride=2),
    "maxpool without a rim": net(15) + conv(3) + section("maxpool", size=3, stride=2, padding=0),
    **{
        f"maxpool {size} by {stride} of {side}": net(side) + conv(3) + section("maxpool", size=size, stride=stride)
        for size, stride in ((2, 2), (2, 1), (3, 1), (3, 2), (5, 1), (9, 1))
        for side in (15, 16)
    },
    **{
        activation: net() + conv(5, 3, activation)
        for activation in ("linear", "leaky", "relu", "logistic", "tanh", "mish", "swish")
    },
}
HEADS = {
    "region": net() + conv(16, 1, "linear", 0) + section("region", anchors=ANCHORS, num=2, classes=3, softmax=1),
    "region, one class": net()
    + conv(12, 1, "linear", 0)
    + section("region", anchors=ANCHORS, num=2, classes=1, softmax=1),
    "yolo": net() + conv(16, 1, "linear", 0) + section("yolo", anchors=ANCHORS + ",5,6", mask="0,2", num=3, classes=3),
    "yolo, spread": net()
    + conv(16, 1, "linear", 0)
    + section("yolo", anchors=ANCHORS, mask="0,1", num=2, classes=3, scale_x_y=1.1),
    "yolo, new": net()
    + conv(16, 1, "logistic", 0)
    + section("yolo", anchors=ANCHORS, mask="0,1", num=2, classes=3, scale_x_y=2, new_coords=1),
}
