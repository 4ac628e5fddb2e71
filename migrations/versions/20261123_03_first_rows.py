"""The rows that stand from the first day: the authority, criteria, queue rules, tolerances.

Revision: 20261123_03, after 20261123_02
"""

from alembic import op

revision = "20261123_03"
down_revision = "20261123_02"
branch_labels = None
depends_on = None

# Công văn 1603's thresholds are not public: this set says so, and the authority replaces it.
ROWS = """
INSERT INTO phusong.organisation (kind, name) VALUES
    ('authority', 'Cục Viễn thông'),
    ('auditor', 'Thanh tra, kiểm toán');

INSERT INTO phusong.criteria_set (id, name, document, official, thresholds, valid_from) VALUES
    (1, 'Bộ tiêu chí tạm', 'Chưa chính thức: ngưỡng kỹ thuật tạm dùng khi chưa nhập Công văn 1603/BTTTT-CVT ngày 25/04/2024',
     false, '{"reach_m": 3000}', '2024-04-25');

INSERT INTO phusong.queue_rule (id, position, grid_power, specially_difficult, queue, citation, valid_from) VALUES
    (1, 1, false, NULL, 'power', 'Phân nhóm thôn chưa có điện lưới: chờ điện hoặc dùng vệ tinh (báo cáo của Bộ, 9/2024 và 3/2025)', '2021-12-31'),
    (2, 2, true, true, 'fund', 'Nghị định 295/2025/NĐ-CP; Thông tư 01/2026/TT-BKHCN: thôn đặc biệt khó khăn đã có điện lưới', '2021-12-31'),
    (3, 3, true, false, 'operator', 'Phân nhóm thôn đã có điện lưới, ngoài địa bàn đặc biệt khó khăn: doanh nghiệp tự đầu tư (báo cáo của Bộ, 9/2024 và 3/2025)', '2021-12-31');

INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('border_band_m', '2021-12-31', '300', 'Mặc định của chương trình'),
    ('commune_tolerance_m', '2021-12-31', '1500', 'Mặc định của chương trình'),
    ('duplicate_distance_m', '2021-12-31', '500', 'Mặc định của chương trình'),
    ('lot_gap_m', '2021-12-31', '15000', 'Mặc định của chương trình'),
    ('lot_max_zones', '2021-12-31', '25', 'Mặc định của chương trình');
"""


def upgrade() -> None:
    op.execute(ROWS)


def downgrade() -> None:
    op.execute(
        "DELETE FROM phusong.setting; DELETE FROM phusong.queue_rule; DELETE FROM phusong.criteria_set"
    )
